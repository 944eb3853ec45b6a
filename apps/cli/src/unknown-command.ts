import { existsSync } from "node:fs";
import { PublishError, nearest, toPublishError } from "@datasette-publish/core";
import { removedProvider } from "@datasette-publish/workbench/providers";

/** What `main` caught as a PublishError; oclif itself only says that there is no such command as `argv` begins with. */
export async function fromThrown(error: unknown, argv: readonly string[]): Promise<PublishError> {
  if (!(error instanceof Error) || !("oclif" in error) || !/^command [^]* not found\.?$/i.test(error.message.trim()))
    return toPublishError(error);
  const words = argv[0] === "publish" ? argv.slice(1) : argv;
  const removed = await removedProvider(words, process.env);
  if (removed !== undefined) return removed;
  const { COMMANDS } = await import("./commands.ts");
  const { unpublish: _removes, ...harmless } = COMMANDS as Record<string, unknown>;
  const [first = "", second] = words;
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
