import { codes, isPublishError, warningCodes, type Deployment, type PublishEvent, type Remedy } from "@datasette-publish/core";

/** What is wrong with an error, so that a front end cannot show it or act on it; empty if nothing is. */
export function problemsOfError(error: unknown): readonly string[] {
  if (!isPublishError(error)) return [`${String(error)} is not a PublishError`];
  const { code, message, remedies, facts } = error;
  return problemsOfNotice(`error ${code}`, { message, remedies, facts }, code in codes);
}

/** What is wrong with an event; empty if nothing is. Only warnings hold what a provider wrote. */
export function problemsOfEvent(event: PublishEvent): readonly string[] {
  if (event.type !== "warned") return [];
  return problemsOfNotice(`warning ${event.code}`, event, event.code in warningCodes);
}

/** What is wrong with the result of a publish; empty if nothing is. */
export function problemsOfDeployment({ next, facts }: Deployment): readonly string[] {
  return [...problemsOfRemedies("deployment: next", next), ...problemsOfFacts("deployment", facts)];
}

/** Whether a text names a flag of the command line, which other front ends do not have. */
export function namesFlag(text: string): boolean {
  return /(^|[\s(`])--[a-z]/i.test(text);
}

interface Notice {
  readonly message: unknown;
  readonly remedies: unknown;
  readonly facts: unknown;
}

function problemsOfNotice(what: string, { message, remedies, facts }: Notice, isKnown: boolean): readonly string[] {
  return [
    ...(isKnown ? [] : [`${what}: its code is not in the table`]),
    ...(isText(message) ? [] : [`${what}: it has no message`]),
    ...problemsOfRemedies(`${what}: remedies`, remedies),
    ...problemsOfFacts(what, facts),
  ];
}

function problemsOfFacts(what: string, facts: unknown): readonly string[] {
  if (typeof facts !== "object" || facts === null) return [`${what}: its facts are not an object`];
  const wrong = Object.entries(facts).filter(([, fact]) => !(Array.isArray(fact) ? fact.every(isFact) : isFact(fact)));
  return wrong.map(([name]) => `${what}: its fact ${name} is not a string, number, boolean or null or a list of those`);
}

const isFact: Check = (value) => value === null || /^(string|number|boolean)$/.test(typeof value);

function problemsOfRemedies(where: string, remedies: unknown): readonly string[] {
  if (!Array.isArray(remedies)) return [`${where}: not a list`];
  return remedies.flatMap((remedy: unknown) => problemsOfRemedy(remedy).map((problem) => `${where}: ${JSON.stringify(remedy)} ${problem}`));
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string" && value.trim() !== "";
const isSentence: Check = (value) => isText(value) && !namesFlag(String(value));
const isKey: Check = (value) => typeof value === "string" && /^[a-z][a-zA-Z0-9]*$/.test(value);
const isCount: Check = (value) => Number.isInteger(value) && Number(value) >= 0;
const isWords: Check = (value) => Array.isArray(value) && value.length > 0 && value.every(isText);
const isPage: Check = (value) => isText(value) && /^https?:$/.test(URL.parse(String(value))?.protocol ?? "");
const isOptions: Check = (value) =>
  typeof value === "object" && Object.entries(value ?? {}).every((pair) => isKey(pair[0]) && isText(pair[1]));
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

/** Action → its fields. */
const actions: { readonly [Action in Remedy["action"]]: Readonly<Record<string, Check>> } = {
  advise: { text: isSentence },
  "set-option": { option: isKey, value: optional((value) => value === true || isText(value)) },
  "remove-option": { option: isKey },
  "log-in": { provider: isText },
  "replace-file": { file: isText, line: optional(isCount) },
  "leave-out": { file: isText },
  retry: { afterMs: optional(isCount) },
  "open-page": { url: isPage },
  run: { run: isWords },
  use: { verb: isText, provider: optional(isText), options: optional(isOptions) },
};

function problemsOfRemedy(remedy: unknown): readonly string[] {
  if (typeof remedy !== "object" || remedy === null) return ["is not a remedy"];
  const { action, ...given } = remedy as Readonly<Record<string, unknown>>;
  if (!Object.hasOwn(actions, String(action))) return ["has no known action"];
  const fields: Readonly<Record<string, Check>> = { note: optional(isSentence), ...actions[action as Remedy["action"]] };
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(fields, name));
  const wrong = Object.entries(fields).filter(([name, check]) => !check(given[name]));
  return [...unknown.map((name) => `has a field ${name}, which is unknown`), ...wrong.map(([name]) => `has a wrong ${name}`)];
}
