type Shape = (value: unknown) => boolean;

const isText: Shape = (value) => typeof value === "string";
const isFlag: Shape = (value) => typeof value === "boolean";
const orNull =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value);
const listOf =
  (shape: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(shape);
const oneOf =
  (...words: readonly unknown[]): Shape =>
  (value) =>
    words.includes(value);
const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined || shape(value);
const isFunction: Shape = (value) => typeof value === "function";
const isFact: Shape = (value) => value === null || ["string", "number", "boolean"].includes(typeof value);

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const facts: Shape = (value) => isRecord(value) && Object.values(value).every(isFact);
const withMembers =
  (members: Readonly<Record<string, Shape>>): Shape =>
  (value) =>
    isRecord(value) && Object.entries(members).every(([name, shape]) => shape(value[name]));

const site = { name: isText, url: orNull(isText) };
const release = withMembers({ id: isText, current: isFlag, status: isText, description: isText, createdAt: orNull(isText) });
const task = withMembers({ verb: isText, target: isText, run: isFunction });
const state = oneOf("running", "sleeping", "starting", "failed", "stopped", "unfinished");

/** What the functions of a provider return, by their names. */
const shapes: Readonly<Record<string, Shape>> = {
  status: orNull(withMembers({ ...site, state, releases: listOf(release), facts })),
  list: listOf(withMembers(site)),
  logs: (value) => typeof (value as Partial<AsyncIterable<unknown>> | null)?.[Symbol.asyncIterator] === "function",
  rollback: release,
  rollout: withMembers({ tasks: listOf(task), afterwards: optional(listOf(task)), result: isFunction }),
  result: withMembers({ id: optional(isText), next: optional(listOf(isRecord)), facts }),
  url: orNull(isText),
  platforms: listOf(isText),
  recipe: isRecord,
  replaces: isFlag,
  "extends.given": isRecord,
  "login.account": isText,
  "login.find": orNull(withMembers({ token: isText, from: isText })),
};

/** Whether what a function of a provider returned is what core counts on. What core does not use is not looked at. */
export function isResultOf(member: string, value: unknown): boolean {
  return shapes[member]?.(value) ?? true;
}
