import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { PublishError, step, type Context } from "@datasette-publish/core";
import { listInstalls, packageOf, providersFolder, removeAbandoned, removeInstall, workName } from "./installs.ts";
import { loadProvider, type FoundProvider } from "./load.ts";
import { npm, quiet, withoutPasswords, type NpmCall } from "./npm.ts";
import { packageSource } from "./package-source.ts";

export interface InstallRequest {
  /** A package's name for npm, a tarball or a folder. */
  readonly source: string;
  /** Names that a provider may not have. */
  readonly taken: ReadonlySet<string>;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Installs a provider, or installs it again; no script of any package is run. It is seen only when it is whole and was imported once: npm works in
 * a folder that nobody looks into, and one rename shows it. Earlier installs of that provider go after that.
 *
 * @throws PublishError `INPUT_NOT_FOUND`, `PROVIDER_INSTALL_FAILED`, `PROVIDER_INVALID`, `PROVIDER_INCOMPATIBLE`
 */
export async function installProvider({ source, taken, env }: InstallRequest, ctx: Context): Promise<FoundProvider> {
  const root = providersFolder(env);
  await mkdir(root, { recursive: true, mode: 0o700 });
  await removeAbandoned(env);
  const partial = join(root, workName());
  await mkdir(partial);
  try {
    const call = { cwd: partial, env, signal: ctx.signal };
    const found = await step(ctx, "providers.install", `Install ${withoutPasswords(source)}`, () => installInto(source, taken, call));
    ctx.signal?.throwIfAborted();
    const { name } = found.provider;
    const earlier = (await listInstalls(env)).filter(({ provider }) => provider === name);
    const shown = join(root, `${name}@${Date.now()}`);
    await rename(partial, shown);
    for (const install of earlier) await removeInstall(install);
    return { ...found, folder: join(shown, "node_modules", (await packageOf(shown)) ?? "") };
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function installInto(source: string, taken: ReadonlySet<string>, call: NpmCall): Promise<FoundProvider> {
  const wanted = await packageSource(source, call);
  await npm(["install", "--prefix", call.cwd, ...quiet, "--", wanted], call);
  const name = await packageOf(call.cwd);
  const found = name === undefined ? null : await loadProvider(join(call.cwd, "node_modules", name), taken);
  if (found !== null) return found;
  throw new PublishError(
    "PROVIDER_INSTALL_FAILED",
    `${name ?? source} is no provider: it lacks the keyword datasette-publish-provider.`,
    "Check the package's name.",
    { package: name ?? null },
  );
}
