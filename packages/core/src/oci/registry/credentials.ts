import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PublishError } from "../../errors/publish-error.ts";
import { homeFolder, type Environment } from "../../http/environment.ts";
import type { Credentials } from "./auth.ts";
import { askHelper } from "./credential-helper.ts";

interface AuthEntry {
  readonly auth?: unknown;
  readonly username?: unknown;
  readonly password?: unknown;
  readonly identitytoken?: unknown;
}

interface AuthFile {
  readonly path: string;
  readonly auths: Readonly<Record<string, AuthEntry>>;
  readonly credHelpers: Readonly<Record<string, string>>;
  readonly credsStore: string | undefined;
}

/** How Docker's own registry is called in auth files. */
const dockerNames = ["https://index.docker.io/v1/", "docker.io", "index.docker.io", "registry-1.docker.io"];

/**
 * Looks for a registry's credentials where `docker login` and `podman login` leave them: `$REGISTRY_AUTH_FILE`,
 * then `$DOCKER_CONFIG/config.json` or `~/.docker/config.json`; in each the registry's helper, the store, the file itself.
 *
 * @param registry host and port as in a reference (`docker.io`, `localhost:5000`)
 * @returns null when there are none
 * @throws PublishError `CREDENTIALS_INVALID` when a file or a helper cannot be understood
 */
export async function findCredentials(registry: string, env: Environment, signal?: AbortSignal): Promise<Credentials | null> {
  const dockerDir = env["DOCKER_CONFIG"] || join(homeFolder(env), ".docker");
  const paths = [env["REGISTRY_AUTH_FILE"] ?? "", join(dockerDir, "config.json")].filter((path) => path !== "");
  for (const path of paths) {
    const file = await readAuthFile(path);
    const found = file === null ? null : await searchFile(file, registry, env, signal);
    if (found !== null) return found;
  }
  return null;
}

async function searchFile(file: AuthFile, registry: string, env: Environment, signal?: AbortSignal): Promise<Credentials | null> {
  const names = registry === "docker.io" ? dockerNames : [registry];
  const helper = names.map((name) => file.credHelpers[name]).find((found) => found !== undefined) ?? file.credsStore;
  if (helper !== undefined) {
    const found = await askHelper(helper, names[0] ?? registry, env, signal);
    if (found !== null) return found;
  }
  const entry = Object.entries(file.auths).find(([key]) => names.includes(key) || names.includes(hostOf(key)));
  return entry === undefined ? null : decodeEntry(entry[1], file.path, registry);
}

/** Old Docker versions write keys as URLs: `https://host/v1/`. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}

function decodeEntry({ auth, username, password, identitytoken }: AuthEntry, path: string, registry: string): Credentials | null {
  if (typeof identitytoken === "string" && identitytoken !== "") return { identityToken: identitytoken };
  if (typeof username === "string" && typeof password === "string") return { username, password };
  if (auth === undefined || auth === "") return null;
  const decoded = typeof auth === "string" ? Buffer.from(auth, "base64").toString() : "";
  const colon = decoded.indexOf(":");
  if (colon <= 0) throw invalid(path, `its entry for ${registry} is not base64 of user:password`);
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1).replace(/\0+$/, "") };
}

async function readAuthFile(path: string): Promise<AuthFile | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw invalid(path, `it cannot be read (${code})`);
  }
  const json = parseJson(text, path);
  return {
    path,
    auths: recordOf<AuthEntry>(json["auths"], "object"),
    credHelpers: recordOf<string>(json["credHelpers"], "string"),
    credsStore: typeof json["credsStore"] === "string" && json["credsStore"] !== "" ? json["credsStore"] : undefined,
  };
}

/** JSON.parse's own message quotes the text, so it goes no further. */
function parseJson(text: string, path: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === "object" && json !== null) return json as Record<string, unknown>;
  } catch {
    throw invalid(path, "it is not JSON");
  }
  throw invalid(path, "it is not a JSON object");
}

function recordOf<T>(value: unknown, type: "object" | "string"): Readonly<Record<string, T>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, item]) => typeof item === type && item !== null)) as Record<string, T>;
}

function invalid(path: string, problem: string): PublishError {
  return new PublishError(
    "CREDENTIALS_INVALID",
    `The registry credentials in ${path} cannot be used: ${problem}.`,
    "Correct or remove the file, then log in to the registry again.",
    {
      path,
    },
  );
}
