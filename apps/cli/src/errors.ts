import { existsSync } from "node:fs";
import { PublishError, blameOf, exitStatus, toErrorJson, toPublishError, type ErrorJson, type Warning } from "@datasette-publish/core";
import { nearest } from "./nearest.ts";
import { printable } from "./printable.ts";
import { toSentences } from "./remedies.ts";

/** The error of a command, with what was warned of before: `main` prints both. */
export function withWarnings(error: Error, warnings: readonly Warning[]): Error {
  return Object.assign(error, { warnings });
}

/** What `main` caught as a PublishError; oclif itself only says that there is no such command as `argv` begins with. */
export async function fromThrown(error: unknown, argv: readonly string[]): Promise<PublishError> {
  if (!(error instanceof Error) || !("oclif" in error) || !/^command [^]* not found\.?$/i.test(error.message.trim()))
    return toPublishError(error);
  const { COMMANDS } = await import("./commands.ts");
  const { unpublish: _removes, ...harmless } = COMMANDS as Record<string, unknown>;
  const [first = "", second] = argv[0] === "publish" ? argv.slice(1) : argv;
  const commands = Object.keys(harmless).map((id) => id.replace(":", " "));
  const isTopic = commands.some((command) => command.startsWith(`${first} `));
  const typed = isTopic && second ? `${first} ${second}` : first;
  const meant = nearest(typed, commands);
  return new PublishError(
    "COMMAND_INVALID",
    `publish has no command ${/^[a-z -]{1,40}$/i.test(typed) ? typed : "of that name"}, and no provider of that name is installed.`,
    meant === undefined ? withoutNearest(typed) : `Write publish ${meant}, or run publish --help to see the commands.`,
    meant === undefined ? {} : { nearest: meant },
  );
}

function withoutNearest(typed: string): string {
  if (existsSync(typed)) return "Name a provider before the path, as in publish docker ./csvs.";
  return "Run publish --help to see the commands; publish providers install adds a provider.";
}

/** An error for `--json`: as core says it, and its remedies as the sentences that a person reads. */
export function toJson(error: unknown): ErrorJson & { readonly hint: string } {
  const json = toErrorJson(error);
  return { ...json, hint: toSentences(json.remedies) };
}

/** What happened and what to do, in a line. */
export function inOneLine({ message, remedies }: Pick<PublishError, "message" | "remedies">): string {
  return `${message} ${toSentences(remedies)}`.trimEnd();
}

/** Three lines for a person: what happened, what to do next, where to read more. */
export function renderError(error: PublishError): string {
  const detail = process.env["DEBUG"] !== undefined && error.stack ? `${printable(error.stack, "\n")}\n` : "";
  return `${detail}error: ${printable(error.message)}\nhint: ${printable(toSentences(error.remedies))}\ncode: ${error.code} (exit ${exitStatus[blameOf(error)]}); more: publish help ${error.code}\n`;
}
