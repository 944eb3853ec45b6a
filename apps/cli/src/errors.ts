import { blameOf, exitStatus, toErrorJson, type ErrorJson, type PublishError, type Warning } from "@datasette-publish/core";
import { printable } from "./printable.ts";
import { toSentences } from "./remedies.ts";

/** The error of a command, with what was warned of before: `main` prints both. */
export function withWarnings(error: Error, warnings: readonly Warning[]): Error {
  return Object.assign(error, { warnings });
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
