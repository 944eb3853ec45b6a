import { PublishError, type Facts } from "../errors/publish-error.ts";
import type { Reference } from "../image/reference.ts";

/** The registry answered, and the answer is no. */
export function refusal(request: string, status: number | null, detail: string): PublishError {
  const because = detail === "" ? "" : `: ${detail}`;
  return new PublishError(
    "REGISTRY_REFUSED",
    `The registry refused ${request}${status === null ? "" : ` with status ${status}`}${because}.`,
    status === 429
      ? "Wait a few minutes and publish again."
      : "Check that the repository exists and may be written to, then publish again.",
    { request, status, detail },
  );
}

/** The registry wants other credentials, or any. */
export function unauthorized({ registry, repository }: Reference, had: boolean, facts: Facts): PublishError {
  const why = had
    ? `The credentials for ${registry} do not allow pushing to ${repository}`
    : `${registry} wants credentials and there are none`;
  return new PublishError("REGISTRY_UNAUTHORIZED", `${why}.`, `Run docker login ${registry}, then publish again.`, {
    registry,
    repository,
    ...facts,
  });
}
