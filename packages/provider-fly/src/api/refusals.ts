import { PublishError, isPublishError } from "@datasette-publish/core";

/** What a refusal of the Machines API means to a user; an error that says enough by itself is returned as it is. */
export function explain(operation: string, app: string, error: unknown): unknown {
  if (!isPublishError(error)) return error;
  const { id, status, detail } = error.facts;
  if (/add a payment method/i.test(String(detail)))
    return new PublishError(
      "ACCOUNT_LIMITED",
      `Fly.io wants a payment method: ${String(detail)}.`,
      "Add one at https://fly.io/dashboard, then publish again.",
      error.facts,
      error,
    );
  if ((operation === "POST /apps" && isTaken(id, detail)) || (operation === "GET /apps/{app_name}" && status === 403))
    return new PublishError(
      "NAME_TAKEN",
      `There is an app ${app} already, which your token has no access to.`,
      "Give another name with --app; names are shared by all users of Fly.io.",
      { ...error.facts, name: app },
      error,
    );
  if (operation.includes("{machine_id}") && (status === 409 || status === 412))
    return new PublishError(
      "HOST_BUSY",
      `Somebody else is changing app ${app}: ${String(detail)}.`,
      "Publish again in two minutes, when that has ended.",
      error.facts,
      error,
    );
  return error;
}

/** By its code or, when the API gives none, by its text (fly-go, `IsNameTakenError`). */
function isTaken(id: unknown, detail: unknown): boolean {
  return id === "name_taken" || (id === null && String(detail).includes("Name has already been taken"));
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
