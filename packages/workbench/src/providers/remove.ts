import { PublishError, useVerb } from "@datasette-publish/core";
import type { FoundProvider } from "./find.ts";
import { noteRemoved } from "./removed.ts";
import { listInstalls, packageOf, removeInstall, type Install } from "./installs.ts";

/** Removes an installed provider by its name or its package's, also one that cannot be loaded. @throws PublishError `PROVIDER_NOT_INSTALLED` */
export async function removeProvider(name: string, found: readonly FoundProvider[], env: NodeJS.ProcessEnv): Promise<{ provider: string }> {
  const meant: Install[] = [];
  for (const install of await listInstalls(env))
    if (install.provider === name || (await packageOf(install.folder)) === name) meant.push(install);
  const [first] = meant;
  if (first === undefined) throw notInstalled(name, found);
  const of = await packageOf(first.folder);
  if (of !== undefined) await noteRemoved(first.provider, of, env);
  for (const install of meant) await removeInstall(install);
  return { provider: first.provider };
}

function notInstalled(name: string, found: readonly FoundProvider[]): PublishError {
  const known = found.find(({ provider }) => provider.name === name);
  const [message, hint] =
    known === undefined
      ? [`No provider ${name} is installed.`, useVerb("providers", undefined, undefined, "to see which are")]
      : known.folder === null
        ? [`Provider ${name} is built in.`, "Leave it: what you do not use does nothing."]
        : [`Provider ${name} was not installed by this tool, but in ${known.folder}.`, "Remove it with npm, as you installed it."];
  return new PublishError("PROVIDER_NOT_INSTALLED", message, hint, { provider: name });
}
