import { spawn } from "node:child_process";
import { PublishError } from "../../errors/publish-error.ts";
import type { Environment } from "../../http/environment.ts";
import type { Credentials } from "./auth.ts";

/** A helper that prompts the user would wait for ever. */
const timeoutMs = 20_000;

/** The longest answer that is read, in characters: tokens have some kilobytes. */
const maxLength = 1_000_000;

/** What a helper answers for a server it has nothing for (docker-credential-helpers, `credentials.errCredentialsNotFound`). */
const notFound = "credentials not found in native keychain";

/**
 * Asks `docker-credential-<helper> get` for a server's credentials (docker-credential-helpers protocol).
 *
 * @returns null when the helper has none
 * @throws PublishError `CREDENTIALS_INVALID` when it is missing, fails, says too much, or takes longer than 20 s; its output is not repeated
 */
export async function askHelper(helper: string, server: string, env: Environment, signal?: AbortSignal): Promise<Credentials | null> {
  if (!/^[\w.-]+$/.test(helper)) throw invalid(helper, "is not a helper's name");
  const { status, output } = await runHelper(helper, server, env, signal);
  if (status !== 0 && output.includes(notFound)) return null;
  if (status !== 0) throw invalid(helper, `ended with status ${status}`);
  return decodeAnswer(helper, output);
}

function decodeAnswer(helper: string, output: string): Credentials | null {
  let answer: unknown;
  try {
    answer = JSON.parse(output);
  } catch {
    throw invalid(helper, "answered something that is not JSON");
  }
  const { Username: username, Secret: secret } = (answer ?? {}) as { Username?: unknown; Secret?: unknown };
  if (typeof username !== "string" || typeof secret !== "string") throw invalid(helper, "answered without Username and Secret");
  if (secret === "") return null;
  return username === "<token>" ? { identityToken: secret } : { username, password: secret };
}

async function runHelper(
  helper: string,
  server: string,
  env: Environment,
  signal?: AbortSignal,
): Promise<{ status: number; output: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; output: string }>();
  const timeout = AbortSignal.timeout(timeoutMs);
  const child = spawn(`docker-credential-${helper}`, ["get"], {
    env: { ...env },
    stdio: ["pipe", "pipe", "ignore"],
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    output += chunk;
    if (output.length > maxLength && child.kill("SIGKILL")) reject(invalid(helper, "answered too much"));
  });
  child.stdin.on("error", () => {});
  child.on("error", () => {
    if (signal?.aborted === true) reject(signal.reason as Error);
    else reject(invalid(helper, timeout.aborted ? `gave no answer in ${timeoutMs / 1000} s` : "is not installed or cannot be run"));
  });
  child.on("close", (status) => resolve({ status: status ?? -1, output }));
  child.stdin.end(server);
  return promise;
}

function invalid(helper: string, problem: string): PublishError {
  return new PublishError(
    "CREDENTIALS_INVALID",
    `The credential helper docker-credential-${helper} ${problem}.`,
    "Fix the helper, or log in to the registry again.",
    { helper },
  );
}
