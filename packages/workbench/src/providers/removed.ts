import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PublishError, dataFolder, useVerb, type Environment } from "@datasette-publish/core";

/** Provider → the package that it was, of those that were removed: a site may still be at its host. */
async function readRemoved(env: Environment): Promise<Readonly<Record<string, unknown>>> {
  try {
    return JSON.parse(await readFile(fileOf(env), "utf8")) as Record<string, unknown>;
  } catch {
    return {};
  }
}

const fileOf = (env: Environment): string => join(dataFolder(env), "removed-providers.json");

/** Keeps which package a provider is that is about to be removed. */
export async function noteRemoved(provider: string, packageName: string, env: Environment): Promise<void> {
  await writeFile(fileOf(env), JSON.stringify({ ...(await readRemoved(env)), [provider]: packageName }));
}

/** `PROVIDER_NOT_INSTALLED`, with how to get it back, if the first of `words` is a provider that was removed; else undefined. */
export async function removedProvider([name = ""]: readonly string[], env: Environment): Promise<PublishError | undefined> {
  const removed = await readRemoved(env);
  const of = Object.hasOwn(removed, name) ? removed[name] : undefined;
  if (typeof of !== "string") return undefined;
  const message = `Provider ${name} is not installed any more.`;
  return new PublishError("PROVIDER_NOT_INSTALLED", message, useVerb("providers install", of), { provider: name, package: of });
}
