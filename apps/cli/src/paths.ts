import { PublishError } from "@datasette-publish/core";

/** What a command publishes or shows is named, never guessed. @throws PublishError `COMMAND_INVALID` */
export function requirePaths(paths: readonly string[], command: string): void {
  if (paths.length > 0) return;
  throw new PublishError("COMMAND_INVALID", `publish ${command} takes a folder, or files.`, `Type: publish ${command} ./csvs`);
}
