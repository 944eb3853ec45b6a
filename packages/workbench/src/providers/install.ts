import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { PublishError, makeDataDir, runProgram, setOption, step, type Context } from "@datasette-publish/core";
import { describePackage, descriptionFile, type Description } from "./description.ts";
import { listProviders, packageFolder, toProvider, type FoundProvider } from "./find.ts";
import { listInstalls, packageOf, removeAbandoned, removeInstall, workName } from "./installs.ts";
import { npm, quiet, withoutPasswords, type NpmCall } from "./npm.ts";
import { isFolder, packageSource } from "./package-source.ts";
import { invalidProvider } from "./running.ts";

export interface InstallRequest {
  /** A package's name for npm, a tarball or a folder. */
  readonly source: string;
  /** Names that a provider may not have. */
  readonly taken: ReadonlySet<string>;
  readonly env: NodeJS.ProcessEnv;
  /** Whether a provider of this name that is another package's gives way. */
  readonly replace?: boolean;
  /** How long the package may take to load; unset: `importLimitMs`. */
  readonly limitMs?: number;
}

/**
 * Installs a provider, or installs it again; no script of any package is run. It is seen only when it is whole and has described itself: npm works in
 * a folder that nobody looks into, and one rename shows it. Earlier installs of that provider go after that.
 *
 * @throws PublishError `INPUT_NOT_FOUND`, `PROVIDER_INSTALL_FAILED`, `PROVIDER_INVALID`, `PROVIDER_INCOMPATIBLE`
 */
export async function installProvider(request: InstallRequest, ctx: Context): Promise<FoundProvider> {
  const { source, taken, env } = request;
  const root = await makeDataDir(env, "providers");
  await removeAbandoned(env);
  const partial = join(root, workName());
  await mkdir(partial);
  try {
    const call = { cwd: partial, env, signal: ctx.signal };
    const description = await step(ctx, "providers.install", `Install ${withoutPasswords(source)}`, () => installInto(request, call));
    ctx.signal?.throwIfAborted();
    const { name } = toProvider(description, partial, { taken }).provider;
    if (request.replace !== true) await refuseOther(name, description, request);
    const earlier = (await listInstalls(env)).filter(({ provider }) => provider === name);
    const shown = join(root, `${name}@${Date.now()}`);
    await rename(partial, shown);
    for (const install of earlier) await removeInstall(install);
    return toProvider(description, packageFolder(shown, description), { taken });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function installInto({ source, limitMs, env }: InstallRequest, call: NpmCall): Promise<Description> {
  const wanted = await packageSource(source, call);
  await npm(["install", "--prefix", call.cwd, ...quiet, "--", wanted], call);
  const name = await packageOf(call.cwd);
  const options = { env, signal: call.signal, ...(limitMs === undefined ? {} : { limitMs }) };
  const description = name === undefined ? null : await describePackage(join(call.cwd, "node_modules", name), options);
  if (description === null) throw noProvider(name, source);
  if (description.missing !== undefined && (await isFolder(source))) throw unbuilt(description, description.missing, source);
  await writeFile(descriptionFile(call.cwd), JSON.stringify(description));
  return description;
}

function noProvider(name: string | undefined, source: string): PublishError {
  return new PublishError(
    "PROVIDER_INSTALL_FAILED",
    `${name ?? source} is no provider: it lacks the keyword datasette-publish-provider.`,
    "Check the package's name.",
    { package: name ?? null },
  );
}

/** What a clone has before its first build. */
function unbuilt({ package: of }: Description, missing: string, source: string): PublishError {
  const { code, message, facts } = invalidProvider(of, `has no file ${missing}: it is not built`);
  const build = runProgram(["npm", "run", "build", "--prefix", resolve(source)], "to build it, then install it again");
  return new PublishError(code, message, build, { ...facts, file: missing });
}

/** A package may not take the place of somebody else's unasked. */
async function refuseOther(name: string, { package: of }: Description, { taken, env }: InstallRequest): Promise<void> {
  const { providers } = await listProviders({ taken, env });
  const other = providers.find((found) => found.provider.name === name && found.package !== of.name)?.package;
  if (other === undefined) return;
  throw new PublishError(
    "PROVIDER_INSTALL_FAILED",
    `Provider ${name} is installed from another package, ${other}; ${of.name} would replace it.`,
    [setOption("replace", true, "if you trust that package with your tokens")],
    { provider: name, package: of.name, installed: other },
  );
}
