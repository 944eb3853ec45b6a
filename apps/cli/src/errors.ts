import { PublishError, blameOf, exitStatus, isPublishError, toPublishError } from "@datasette-publish/core";

/** oclif's own errors (unknown flag, missing argument, no such command) as `COMMAND_INVALID`; anything else as it is. */
export function fromParseError(error: unknown, redact: (text: string) => string): PublishError {
  if (isPublishError(error) || !(error instanceof Error) || !("oclif" in error)) return toPublishError(error);
  if (/^command .* not found\.?$/i.test(error.message.trim()))
    return new PublishError(
      "COMMAND_INVALID",
      "There is no such command, and no provider of that name.",
      "Run publish --help to see the commands; publish providers install adds a provider.",
    );
  const message = redact(error.message.split("\nSee more help")[0] ?? "").trim();
  return new PublishError("COMMAND_INVALID", message, "Run the command with --help to see what it takes.");
}

/** Three lines for a person: what happened, what to do next, where to read more. */
export function renderError(error: PublishError): string {
  const detail = process.env["DEBUG"] !== undefined && error.stack ? `${error.stack}\n` : "";
  return `${detail}error: ${error.message}\nhint: ${error.hint}\ncode: ${error.code} (exit ${exitStatus[blameOf(error)]}), docs/errors/${error.code}.md\n`;
}
