import { randomUUID } from "node:crypto";
import { readFile, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { dataFolder } from "@datasette-publish/core";

const abandonedMs = 3_600_000;

/** One install of a provider: a folder of its own, `<provider>@<when>`, with its own `node_modules`. */
export interface Install {
  readonly provider: string;
  readonly folder: string;
  /** Milliseconds since 1970; the latest install of a provider counts. */
  readonly installedMs: number;
}

/** Where installed providers are. Names that begin with a dot are work in progress. */
export function providersFolder(env: NodeJS.ProcessEnv): string {
  return join(dataFolder(env), "providers");
}

/** Every install, the latest first. */
export async function listInstalls(env: NodeJS.ProcessEnv): Promise<readonly Install[]> {
  const root = providersFolder(env);
  const names = await readdir(root).catch(() => []);
  return names
    .map((name) => /^([a-z][a-z0-9-]*)@(\d+)$/.exec(name))
    .filter((match) => match !== null)
    .map(([name, provider = "", when]) => ({ provider, folder: join(root, name), installedMs: Number(when) }))
    .sort((a, b) => b.installedMs - a.installedMs);
}

/** The package that an install is of; undefined when its folder is damaged. */
export async function packageOf(folder: string): Promise<string | undefined> {
  try {
    const { dependencies } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { dependencies: Record<string, string> };
    return Object.keys(dependencies)[0];
  } catch {
    return undefined;
  }
}

/** Gone in one step, whatever happens while its files are deleted; gone already is as well. */
export async function removeInstall({ folder }: Pick<Install, "folder">): Promise<void> {
  const hidden = join(folder, "..", workName());
  await rename(folder, hidden).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rm(hidden, { recursive: true, force: true });
}

/** A name that nobody looks into. */
export function workName(): string {
  return `.${randomUUID()}.partial`;
}

/** Removes what an install that was killed left behind. */
export async function removeAbandoned(env: NodeJS.ProcessEnv): Promise<void> {
  const root = providersFolder(env);
  for (const name of await readdir(root)) {
    if (!name.endsWith(".partial")) continue;
    const { mtimeMs } = await stat(join(root, name));
    if (Date.now() - mtimeMs > abandonedMs) await rm(join(root, name), { recursive: true, force: true });
  }
}
