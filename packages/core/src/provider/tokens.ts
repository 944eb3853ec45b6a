import { chmod, readFile, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { PublishError } from "../errors/publish-error.ts";
import { openPage } from "../errors/remedies.ts";
import { dataFolder, makeDataDir } from "./folders.ts";
import { replaceJsonFile } from "../files/replace-file.ts";
import type { Provider, TokenPlaces } from "./provider.ts";
import { homeFolder, type Environment } from "../http/environment.ts";

/** A token and where it was found: an environment variable, or a file. */
export interface FoundToken {
  readonly token: string;
  readonly from: string;
  /** True if `publish login` kept it, which another login replaces. */
  readonly isKept?: true;
}

type Tokens = Record<string, string>;

/** The file that `publish login` writes (0600): provider → token. */
export function tokenFile(env: Environment): string {
  return join(dataFolder(env), "tokens.json");
}

/** Looks for a provider's token: its environment variable, what `publish login` kept, what the vendor's own tool left. Nothing is sent. */
export async function findToken({ name, login }: Provider, env: Environment): Promise<FoundToken | null> {
  if (login === undefined) return null;
  const given = env[login.env]?.trim();
  if (given) return { token: given, from: login.env };
  const file = tokenFile(env);
  const kept = (await readTokens(file))[name];
  if (kept !== undefined) return { token: kept, from: file, isKept: true };
  return (await login.find?.(placesOf(env))) ?? null;
}

function placesOf(env: Environment): TokenPlaces {
  return { env, file: (...wanted) => tokenIn(env, ...wanted), netrc: (machine) => netrcToken(env, machine) };
}

async function tokenIn(env: Environment, path: readonly string[], read: (text: string) => string | undefined): Promise<FoundToken | null> {
  const from = resolve(homeFolder(env), ...path);
  const token = read(await readFile(from, "utf8").catch(() => ""));
  return token === undefined ? null : { token, from };
}

function netrcToken(env: Environment, machine: string): Promise<FoundToken | null> {
  return tokenIn(env, [process.platform === "win32" ? "_netrc" : ".netrc"], (text) => {
    const entries = text.split(/(?:^|\s)(?:machine\s+|default\s)/);
    const entry = entries.find((each) => each.split(/\s/, 1)[0] === machine);
    return /\spassword\s+(\S+)/.exec(entry ?? "")?.[1];
  });
}

/** @throws PublishError `CREDENTIALS_MISSING` */
export function missingToken({ name, title, login }: Provider): PublishError {
  return new PublishError(
    "CREDENTIALS_MISSING",
    `There is no token for ${title}.`,
    [
      ...(login ? [openPage(login.url, "to make one")] : []),
      { action: "log-in", provider: name, note: "to keep it here" },
      ...(login ? [`Or set the environment variable ${login.env}.`] : []),
    ],
    { provider: name, variable: login?.env ?? null },
  );
}

/** Keeps a provider's token for later publishes. */
export async function keepToken(provider: string, token: string, env: Environment): Promise<string> {
  const file = tokenFile(env);
  await makeDataDir(env);
  await writeTokens(file, { ...(await readTokens(file)), [provider]: token });
  return file;
}

/** Forgets a provider's token; says whether there was one. */
export async function forgetToken(provider: string, env: Environment): Promise<boolean> {
  const file = tokenFile(env);
  const { [provider]: token, ...others } = await readTokens(file);
  if (token === undefined) return false;
  if (Object.keys(others).length === 0) await rm(file);
  else await writeTokens(file, others);
  return true;
}

async function readTokens(file: string): Promise<Tokens> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return "{}";
    throw error;
  });
  const tokens = parseTokens(text);
  if (tokens !== null) return tokens;
  throw new PublishError("CREDENTIALS_INVALID", `${file} is not a file of tokens.`, "Remove the file, then log in again.", {
    file,
  });
}

function parseTokens(text: string): Tokens | null {
  try {
    const tokens = JSON.parse(text.replace(/^\uFEFF/, "")) as unknown;
    const valid = typeof tokens === "object" && tokens !== null && !Array.isArray(tokens);
    return valid && Object.values(tokens).every((token) => typeof token === "string") ? (tokens as Tokens) : null;
  } catch {
    return null;
  }
}

async function writeTokens(file: string, tokens: Tokens): Promise<void> {
  await chmod(dirname(file), 0o700);
  await replaceJsonFile(file, tokens, 0o600);
}
