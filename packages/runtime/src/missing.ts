import { PublishError, runProgram, type Facts } from "@datasette-publish/core";

const build = ["pnpm", "--filter", "@datasette-publish/runtime-build", "run", "runtime:build"] as const;

/** `RUNTIME_MISSING`: a clone has not built it yet, or an installed package is damaged. */
export function missing(message: string, facts: Facts = {}): PublishError {
  return new PublishError(
    "RUNTIME_MISSING",
    message,
    [runProgram(build, "in a clone"), "Install Datasette Publish again elsewhere."],
    facts,
  );
}
