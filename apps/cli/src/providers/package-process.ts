import { writeSync } from "node:fs";
import { blameOf, exitStatus } from "@datasette-publish/core";
import type { PackageProcess } from "@datasette-publish/workbench/providers";
import { renderError, toJson } from "../errors.ts";
import { keepStdout } from "../stdout.ts";

/** Installed packages run in the process of a command: stdout is not theirs, and what ends the process is told in the command's place. */
export const packageProcess: PackageProcess = {
  importing: keepStdout,
  ended(error) {
    process.exitCode = exitStatus[blameOf(error)];
    const isJson = process.argv.includes("--json");
    writeSync(isJson ? 1 : 2, isJson ? `${JSON.stringify({ error: toJson(error), warnings: [] }, null, 2)}\n` : renderError(error));
  },
};
