import { PublishError, homeFolder, isPublishError, type Environment } from "@datasette-publish/core";

/** Whose engine is looked into, and builds, as provider-docker takes it. */
export function engineUser(env: Environment) {
  return {
    env,
    home: homeFolder(env),
    error: (...of: ConstructorParameters<typeof PublishError>) => new PublishError(...of),
    isError: (error: unknown, code?: string): error is PublishError => isPublishError(error) && (code === undefined || error.code === code),
  };
}
