import { readFile } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { run, type Interfaces } from "@oclif/core";
import { PublishError, exitStatus, blameOf, type Warning } from "@datasette-publish/core";
import { endProcess } from "@datasette-publish/workbench/providers";
import { rewriteArgv } from "./argv.ts";
import { renderError, toJson } from "./errors.ts";
import { useProxy } from "./proxy.ts";
import { flushStdout, writeStdout } from "./stdout.ts";
import { fromThrown } from "./unknown-command.ts";

/** Runs one command to its end and sets the exit status; `fromSource` has oclif load what is not built (for `bin/dev.js`). */
export async function main(argv: readonly string[], options: { fromSource?: boolean } = {}): Promise<void> {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const args = rewriteArgv(argv);
  const unwritten = outliveOutput();
  try {
    useProxy(process.env);
    await run(args, { root, ...(options.fromSource ? { pjson: await sourceManifest(root) } : {}) });
  } catch (error) {
    if (isExit(error)) process.exitCode = error.oclif.exit;
    else await fail(error, args);
  }
  await flushStdout();
  await setImmediate();
  if (!process.exitCode && unwritten.code !== undefined) await fail(outputLost(unwritten.code), []);
  endProcess();
}

/**
 * When progress or the result cannot be written, the work still ends well: a thrown error would leave its files behind.
 * Returns where it is noted, a tick later, why stdout took no more, unless nobody reads it any more, as in `| head`.
 */
function outliveOutput(): { code?: string | undefined } {
  const unwritten: { code?: string | undefined } = {};
  process.stderr.on("error", () => {});
  // oclif's own listener throws.
  process.stdout.removeAllListeners("error").on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code !== "EPIPE" && code !== "EIO") unwritten.code ??= code;
  });
  return unwritten;
}

function outputLost(code: string): PublishError {
  const message = `The command ended well, but its result could not be written to stdout (${code}).`;
  return new PublishError("OUTPUT_UNWRITABLE", message, "Send stdout to where there is space.", { code });
}

async function sourceManifest(root: string): Promise<Interfaces.PJSON> {
  const text = await readFile(`${root}/package.json`, "utf8");
  return JSON.parse(text.replaceAll(/"\.\/dist\/(\w+)\.js"/g, '"./src/$1.ts"'));
}

/** `--help` and `--version` end in oclif's ExitError. */
function isExit(error: unknown): error is { oclif: { exit: number } } {
  return error instanceof Error && "code" in error && error.code === "EEXIT";
}

async function fail(thrown: unknown, argv: readonly string[]): Promise<void> {
  const error = await fromThrown(thrown, argv);
  const { warnings = [] } = thrown as { readonly warnings?: readonly Warning[] };
  if (argv.includes("--json")) writeStdout(`${JSON.stringify({ error: toJson(error), warnings }, null, 2)}\n`);
  else process.stderr.write(renderError(error));
  process.exitCode = exitStatus[blameOf(error)];
}
