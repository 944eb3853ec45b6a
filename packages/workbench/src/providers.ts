/** Providers that are built in or installed: found, described, drawn, installed and removed. The same for every front end. */
import type { Environment, Provider } from "@datasette-publish/core";
import { listProviders } from "./providers/find.ts";

export {
  builtIn,
  listProviders,
  type FindOptions,
  type FoundProvider,
  type FoundProviders,
  type ProviderProblem,
} from "./providers/find.ts";
export { installProvider, type InstallRequest } from "./providers/install.ts";
export { removeProvider } from "./providers/remove.ts";
export { removedProvider } from "./providers/removed.ts";
export { endProcess, type PackageProcess } from "./providers/running.ts";

/** What a module that finds providers exports: `file:` addresses of such modules are given to processes. */
export interface ProvidersModule {
  /** None of an installed package's code runs for it, but at its first sight. */
  findProviders(env: Environment): Promise<readonly Provider[]>;
}

/** The built-in providers, and those that are installed for a user. One that cannot be loaded is not among them. */
export async function findProviders(env: Environment): Promise<readonly Provider[]> {
  return (await listProviders({ env })).providers.map(({ provider }) => provider);
}
