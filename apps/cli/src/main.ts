import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { run, type Interfaces } from "@oclif/core";
import { exitStatus, blameOf, toErrorJson } from "@datasette-publish/core";
import { rewriteArgv } from "./argv.ts";
import { fromThrown, renderError, type Warning } from "./errors.ts";
import { useProxy } from "./proxy.ts";

/** Runs one command to its end and sets the exit status; `fromSource` has oclif load what is not built (for `bin/dev.js`). */
export async function main(argv: readonly string[], options: { fromSource?: boolean } = {}): Promise<void> {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const args = rewriteArgv(argv);
  ignoreClosedPipes();
  try {
    useProxy(process.env);
    await run(args, { root, ...(options.fromSource ? { pjson: await sourceManifest(root) } : {}) });
  } catch (error) {
    if (isExit(error)) process.exitCode = error.oclif.exit;
    else await fail(error, args);
  }
  process.exit();
}

/** When nobody reads progress any more, as in `2>&1 | head`, the work still ends well: a thrown EPIPE would leave its files behind. */
function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
    });
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
  if (argv.includes("--json")) process.stdout.write(`${JSON.stringify({ ...toErrorJson(error), warnings }, null, 2)}\n`);
  else process.stderr.write(renderError(error));
  process.exitCode = exitStatus[blameOf(error)];
}
