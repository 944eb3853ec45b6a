import type { Environment, Provider } from "@datasette-publish/core";
import docker from "@datasette-publish/provider-docker";
import fly from "@datasette-publish/provider-fly";
import heroku from "@datasette-publish/provider-heroku";

/** The providers that come with this tool. */
export const builtIn: readonly Provider[] = [docker, fly, heroku];

/** What a module that finds providers exports: `file:` addresses of such modules are given to the processes of drafts. */
export interface ProvidersModule {
  findProviders(env: Environment): Promise<readonly Provider[]>;
}

export async function findProviders(_env: Environment): Promise<readonly Provider[]> {
  return builtIn;
}
