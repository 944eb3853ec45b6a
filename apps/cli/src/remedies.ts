import type { Remedy } from "@datasette-publish/core";
import { flag } from "./flags.ts";

/** Remedies as sentences for someone at a command line. */
export function toSentences(remedies: readonly Remedy[]): string {
  return grouped(remedies)
    .map((group) => sentence(group))
    .join(" ");
}

/** A remedy as a line to type where it is a command, else as a sentence. */
export function toLine(remedy: Remedy): string {
  const command = toCommand(remedy);
  if (command === undefined) return sentence([remedy]);
  return remedy.note === undefined ? command : `${command}  # ${remedy.note}`;
}

/** Options that say something of several columns at once, so that values for different ones are no choice; of null words all are meant. */
const additive = new Set(["date", "datetime", "null", "number"]);

function isAdditive(option: string, values: readonly (string | true)[]): boolean {
  const columns = new Set(values.map((value) => String(value).replace(/=.*$/s, "")));
  return additive.has(option) && (option === "null" || columns.size === values.length);
}

/** Values of one option that follow each other are one sentence. */
function grouped(remedies: readonly Remedy[]): Remedy[][] {
  const groups: Remedy[][] = [];
  for (const remedy of remedies) {
    const last = groups.at(-1);
    if (last !== undefined && isChoice(last[0]!, remedy)) last.push(remedy);
    else groups.push([remedy]);
  }
  return groups;
}

function isChoice(one: Remedy, other: Remedy): boolean {
  const [first, second] = [one, other].map((each) => (each.action === "set-option" && each.value !== undefined ? each.option : null));
  return first !== null && first === second && one.note === other.note;
}

function sentence(group: readonly Remedy[]): string {
  const [remedy] = group as [Remedy];
  if (remedy.action === "advise") return remedy.text;
  return `${group.length > 1 ? severalOf(group) : imperative(remedy)}${remedy.note === undefined ? "" : ` ${remedy.note}`}.`;
}

function severalOf(group: readonly Remedy[]): string {
  const options = group.filter((one) => one.action === "set-option");
  const [{ option }] = options as [(typeof options)[number]];
  const values = options.map(({ value }) => value!);
  if (isAdditive(option, values)) return `Add ${values.map((value) => withValue(option, value)).join(" ")}`;
  return `Give ${flag(option)} one of ${values.map(String).join(", ")}`;
}

function imperative(remedy: Exclude<Remedy, { action: "advise" }>): string {
  switch (remedy.action) {
    case "set-option":
      return remedy.value === undefined ? `Give ${flag(remedy.option)}` : `Add ${withValue(remedy.option, remedy.value)}`;
    case "remove-option":
      return `Leave out ${flag(remedy.option)}`;
    case "replace-file":
      return `Correct ${remedy.line === undefined ? "" : `line ${remedy.line} of `}${remedy.file}`;
    case "leave-out":
      return `Leave out ${remedy.file}`;
    case "retry":
      return `Run the same command again${remedy.afterMs === undefined ? "" : ` in ${Math.ceil(remedy.afterMs / 1000)} s`}`;
    case "open-page":
      return `Open ${remedy.url}`;
    default:
      return `Run ${toCommand(remedy)}`;
  }
}

function toCommand(remedy: Remedy): string | undefined {
  if (remedy.action === "run") return remedy.run.map(quote).join(" ");
  if (remedy.action === "log-in") return `publish login ${remedy.provider}`;
  if (remedy.action !== "use") return undefined;
  const { verb, provider, options = {} } = remedy;
  const flags = Object.entries(options).map(([option, value]) => withValue(option, value));
  return ["publish", verb, ...(provider === undefined ? [] : [provider]), ...flags].join(" ");
}

function withValue(option: string, value: string | true): string {
  if (value === true) return flag(option);
  return `${flag(option)} ${quote(value.replaceAll("\t", String.raw`\t`))}`;
}

/** A word as a POSIX shell takes it. */
export function quote(word: string): string {
  return /^[\w./:@=,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
