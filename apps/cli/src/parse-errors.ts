import type { Interfaces } from "@oclif/core";
import { PublishError, boundsOf, invalidOption, nearest, wrongValue } from "@datasette-publish/core";

/** The command whose line was read. */
export interface CommandLine {
  /** As it is typed: `publish status heroku`. */
  readonly name: string;
  readonly flags: Interfaces.FlagInput;
}

type Rule = readonly [said: RegExp, toError: (match: RegExpExecArray, command: CommandLine) => PublishError];

/** What oclif's parser says, and what we say instead. Only the value of an option that is no secret is repeated. */
const rules: readonly Rule[] = [
  [/^Nonexistent flags?: ([^\s=,]+)/, ([, typed = ""], command) => unknownFlag(typed, command)],
  [/^Flag --(\S+) expects/, ([, flag = ""], command) => withoutValue(flag, command)],
  [
    /^Flag --(\S+) can only be specified once/,
    ([, flag = ""]) => invalid(`--${flag} was given more than once.`, "Give it once.", { option: flag }),
  ],
  [
    /^Parsing --(\S+)\s+Expected an integer.*? but received: ([^]*)\nSee more help/,
    ([, flag = "", value = ""], command) => wrongValue(flag, { secret: isSecret(command.flags[flag]) }, value, wholeNumber(flag, command)),
  ],
  [
    /^Expected --([^\s=]+)=([^]*) to be one of: (.+)/,
    ([, flag = "", value = "", choices = ""], command) =>
      wrongValue(flag, { secret: isSecret(command.flags[flag]) }, value, `one of ${choices}`),
  ],
  [/^Missing \d+ required args?:\s+(\S+)/, ([, arg = ""], { name }) => withoutArgument(arg, name)],
  [/^Unexpected arguments?:/, (_, { name }) => invalid(`More follows ${name} than it takes.`, `Run ${name} --help to see what it takes.`)],
];

/** An error of oclif's parser as a PublishError, `COMMAND_INVALID` or `OPTION_INVALID`; anything else as it is. */
export function fromParseError(error: unknown, command: CommandLine): unknown {
  if (!(error instanceof Error) || !("oclif" in error)) return error;
  for (const [said, toError] of rules) {
    const match = said.exec(error.message.trim());
    if (match !== null) return toError(match, command);
  }
  return invalid(`The flags of ${command.name} could not be read.`, `Run ${command.name} --help to see what it takes.`);
}

/** oclif would read `--open=yes` as `--open` and a path. @throws PublishError `OPTION_INVALID` */
export function refuseBooleanValues(argv: readonly string[], { flags }: Pick<CommandLine, "flags">): void {
  const words = argv.slice(0, argv.includes("--") ? argv.indexOf("--") : undefined);
  const takers = new Set(Object.entries(flags).flatMap(([flag, { type, char }]) => (type === "option" ? [`--${flag}`, `-${char}`] : [])));
  const own = words.filter((_, at) => !takers.has(words[at - 1] ?? ""));
  for (const [flag, spec] of Object.entries(flags)) {
    const names = spellings(flag, spec).map((name) => `--${name}`);
    const word = own.find((typed) => names.some((name) => typed.startsWith(`${name}=`)));
    if (spec.type !== "boolean" || word === undefined) continue;
    const given = isSecret(spec) ? "" : `, but got ${JSON.stringify(word.slice(word.indexOf("=") + 1))}`;
    throw invalidOption(flag, `--${flag} takes no value${given}.`, `Write ${names.join(" or ")} alone.`);
  }
}

type Spec = Interfaces.FlagInput[string] | undefined;

/** The names of a flag, without dashes. */
function spellings(flag: string, spec: Spec): readonly string[] {
  return spec?.type === "boolean" && spec.allowNo ? [flag, `no-${flag}`] : [flag];
}

/** Whether a flag's value must not be shown. */
function isSecret(spec: Spec): boolean {
  return spec !== undefined && "secret" in spec && spec.secret === true;
}

/** Flags of `datasette publish` that are another here, and what to write. */
const elsewhere = new Map([
  [
    "--secret",
    "A site's secret is made once, and stays at its host. For one of your own set DATASETTE_SECRET, and give --env DATASETTE_SECRET.",
  ],
]);

function unknownFlag(typed: string, { name, flags }: CommandLine): PublishError {
  const instead = "env" in flags ? elsewhere.get(typed) : undefined;
  if (instead !== undefined) return invalid(`${name} has no flag ${typed}.`, instead);
  const known = Object.entries(flags).flatMap(([flag, spec]) => spellings(flag, spec));
  const meant = nearest(typed.replace(/^-+/, ""), known);
  const hint = meant === undefined ? `Run ${name} --help to see its flags.` : `Write --${meant}, or run ${name} --help to see its flags.`;
  return invalid(`${name} has no flag ${shown(typed)}.`, hint, meant === undefined ? {} : { nearest: meant });
}

/** A letter may have its value right behind it, and what has digits in it looks like a token. */
function shown(typed: string): string {
  if (!typed.startsWith("--")) return typed.slice(0, 2);
  return /^--[a-z-]+$/i.test(typed) ? typed : "of that name";
}

function withoutValue(flag: string, { name, flags }: CommandLine): PublishError {
  const spec = flags[flag];
  const choices = spec?.type === "option" ? spec.options : undefined;
  const hint = choices === undefined ? `Write one after it, as ${name} --help shows.` : `Give one of ${choices.join(", ")}.`;
  return invalid(`--${flag} has no value.`, hint, { option: flag });
}

function wholeNumber(flag: string, { flags }: CommandLine): string {
  const { min, max } = flags[flag] as { min?: number; max?: number };
  return `a whole number${boundsOf(min, max)}`;
}

function withoutArgument(arg: string, name: string): PublishError {
  return invalid(`${name} wants a ${arg}.`, `Run ${name} --help to see examples.`, { argument: arg });
}

function invalid(message: string, hint: string, facts: PublishError["facts"] = {}): PublishError {
  return new PublishError("COMMAND_INVALID", message, hint, facts);
}
