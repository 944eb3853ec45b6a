import { fork } from "node:child_process";
import { pathToFileURL } from "node:url";

/** How long a package's code may take to load, in milliseconds. */
export const importLimitMs = 10_000;

/** What the code of a package says of itself, or a phrase on why it does not. */
export interface Told {
  /** Its default export: data as it is, functions and patterns marked as `describe-child.ts` does. */
  readonly provider?: unknown;
  readonly fault?: string;
}

export interface DescribeOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly limitMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** The variables that a package's code may see before anybody has used it: no token is in one. */
const harmless = ["PATH", "Path", "HOME", "USERPROFILE", "SystemRoot", "TMPDIR", "TEMP", "TMP", "LANG", "LC_ALL", "TZ"];

/**
 * Imports the module `entry` in a process of its own, with none of the user's tokens in its environment, and asks it to describe
 * itself. What it prints is thrown away. Whether it hangs, throws or exits, it is a fault and nothing more. @throws AbortError
 */
export async function describe(entry: string, { env, limitMs = importLimitMs, signal }: DescribeOptions): Promise<Told> {
  signal?.throwIfAborted();
  const script = new URL(import.meta.url.endsWith(".ts") ? "describe-child.ts" : "describe-child.js", import.meta.url);
  const child = fork(script, [pathToFileURL(entry).href], {
    env: Object.fromEntries(harmless.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
    execArgv: [],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const limit = AbortSignal.timeout(limitMs);
  const stop = () => child.kill("SIGKILL");
  for (const each of [limit, signal]) each?.addEventListener("abort", stop, { once: true });
  const told = await new Promise<Told>((resolve) => {
    child.once("message", (message) => resolve(message as Told));
    child.once("error", ({ message }) => resolve({ fault: `cannot be imported (${message})` }));
    child.once("exit", (status) => resolve({ fault: limit.aborted ? hangs(limitMs) : status === 13 ? hangs() : exits(status) }));
  });
  stop();
  signal?.throwIfAborted();
  return told;
}

/** Node ends with status 13 when nothing is left that could finish the loading. */
export function hangs(limitMs?: number): string {
  return `does not finish loading${limitMs === undefined ? "" : ` within ${limitMs / 1000} s`}`;
}

const exits = (status: number | null): string => `ends the process when it is imported (exit status ${status ?? "none"})`;
