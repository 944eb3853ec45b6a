import { PublishError, isPublishError } from "@datasette-publish/core";

/** What a refusal of the Machines API means to a user; an error that says enough by itself is returned as it is. */
export function explain(operation: string, app: string, error: unknown): unknown {
  if (!isPublishError(error)) return error;
  const { id, status } = error.facts;
  if ((operation === "POST /apps" && id === "name_taken") || (operation === "GET /apps/{app_name}" && status === 403))
    return new PublishError(
      "NAME_TAKEN",
      `There is an app ${app} already, which your token has no access to.`,
      "Give another name with --app; names are shared by all users of Fly.io.",
      { ...error.facts, name: app },
      error,
    );
  if (operation.includes("{machine_id}") && status === 409)
    return new PublishError(
      "HOST_BUSY",
      `Somebody else is changing app ${app}: ${String(error.facts["detail"])}.`,
      "Publish again in two minutes, when that has ended.",
      error.facts,
      error,
    );
  return error;
}

/** For `catch`: says which region is full, and what to do. Any other error is thrown as it is. */
export function noRoomIn(region: string): (error: unknown) => never {
  return (error) => {
    if (!isPublishError(error) || error.facts["id"] !== "insufficient_capacity") throw error;
    throw new PublishError(
      "RELEASE_FAILED",
      `Fly.io has no room in ${region} for such a machine now: ${String(error.facts["detail"])}.`,
      "Give another --region or a smaller --vm-size, or publish again later.",
      { ...error.facts, region },
      error,
    );
  };
}
