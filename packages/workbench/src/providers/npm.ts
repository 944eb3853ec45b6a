import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { PublishError, redactor, secretVariables } from "@datasette-publish/core";

const shownLines = 6;
/** Fields of an error, printed one a line; warnings; and where npm's log is. */
const noise = /^$|^[{}\]]|^\w+: .*[,[{']$|^(syscall|errno|path|enoent)\b|^at |^npm (warn|notice)|^A complete log|_logs/;

/** Flags of every call: nothing of a package is run, and nothing is asked of the network but packages. */
export const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];

export interface NpmCall {
  /** The folder that npm works in. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/** Runs npm without a shell, until it has ended whatever happens, and returns its stdout. @throws PublishError `PROVIDER_INSTALL_FAILED`; AbortError */
export async function npm(args: readonly string[], { cwd, env, signal }: NpmCall): Promise<string> {
  const [command, ...first] = npmCommand(env);
  const child = spawn(command, [...first, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"], signal });
  let problem: NodeJS.ErrnoException | undefined;
  const closed = new Promise<number | null>((resolve) => child.on("error", (error) => (problem = error)).once("close", resolve));
  const [status, stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  signal?.throwIfAborted();
  if (problem !== undefined) throw failed(env, problem.code === "ENOENT" ? "npm was not found." : problem.message);
  if (status !== 0) throw failed(env, stderr);
  return stdout;
}

/** The npm beside this Node, else the one on PATH: its JavaScript where it can be found, because Windows runs `npm.cmd` only in a shell. */
function npmCommand(env: NodeJS.ProcessEnv): readonly [string, ...string[]] {
  const script = join("node_modules", "npm", "bin", "npm-cli.js");
  const bin = dirname(process.execPath);
  const onPath = process.platform === "win32" ? (env["PATH"] ?? env["Path"] ?? "").split(delimiter) : [];
  const file = [join(bin, "..", "lib", script), ...[bin, ...onPath].map((folder) => join(folder, script))].find((path) => existsSync(path));
  return file === undefined ? ["npm"] : [process.execPath, file];
}

function failed(env: NodeJS.ProcessEnv, stderr: string): PublishError {
  const lines = redactor(secretVariables(env))
    .text(withoutPasswords(stderr))
    .split("\n")
    .map((line) => line.replace(/^npm (?:error|ERR!) ?(?:\d{3} )?/, "").trim())
    .filter((line) => !noise.test(line))
    .slice(-shownLines);
  return new PublishError(
    "PROVIDER_INSTALL_FAILED",
    `npm could not install it: ${lines.join(" ") || "it said nothing"}`,
    "Check the package's name and your network, then install it again.",
    { detail: lines.join("\n") },
  );
}

/** Text with the users and passwords of its URLs left out. */
export function withoutPasswords(value: string): string {
  return value.replaceAll(/\/\/[^/@\s]+@/g, "//");
}
