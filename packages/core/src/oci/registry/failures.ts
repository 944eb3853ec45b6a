import { PublishError, type Facts } from "../../errors/publish-error.ts";
import { runProgram } from "../../errors/remedies.ts";
import { busyMs } from "../../http/failures.ts";
import type { Reference } from "../reference.ts";

/** The registry answered, and the answer is no. */
export function refusal(request: string, status: number | null, detail: string): PublishError {
  const because = detail === "" ? "" : `: ${detail}`;
  return new PublishError(
    "REGISTRY_REFUSED",
    `The registry refused ${request}${status === null ? "" : ` with status ${status}`}${because}.`,
    status === 429
      ? { action: "retry", afterMs: busyMs }
      : ["Check that the repository exists, and that you may write to it.", { action: "retry" }],
    { request, status, detail },
  );
}

/** The registry wants credentials, or other ones. */
export function unauthorized({ registry, repository }: Reference, had: boolean, facts: Facts): PublishError {
  const why = had
    ? `The credentials for ${registry} do not allow pushing to ${repository}`
    : `${registry} wants credentials and there are none`;
  const remedies = [runProgram(["docker", "login", registry]), { action: "retry" } as const];
  return new PublishError("REGISTRY_UNAUTHORIZED", `${why}.`, remedies, {
    registry,
    repository,
    ...facts,
  });
}
