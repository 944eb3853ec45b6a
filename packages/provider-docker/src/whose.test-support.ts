import { PublishError, homeFolder, isPublishError, type Environment } from "@datasette-publish/core";
import type { Whose } from "./endpoint.ts";

/** Who looks for an engine: the user of this machine, or one who is elsewhere. */
export function whose(env: Environment, isHere = true): Whose {
  return {
    env,
    home: isHere ? homeFolder(env) : null,
    error: (...of) => new PublishError(...of),
    isError: (error): error is PublishError => isPublishError(error),
  };
}
