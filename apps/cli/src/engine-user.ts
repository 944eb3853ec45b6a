import { PublishError, homeFolder, isPublishError } from "@datasette-publish/core";

/** Who this process runs for, as what looks for an engine takes it. */
export function engineUser() {
  const { env } = process;
  return {
    env,
    home: homeFolder(env),
    error: (...of: ConstructorParameters<typeof PublishError>) => new PublishError(...of),
    isError: (error: unknown, code?: string): error is PublishError => isPublishError(error) && (code === undefined || error.code === code),
  };
}
