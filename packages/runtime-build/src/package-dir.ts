import { join } from "node:path";

/** This package's folder. */
export const packageDir = join(import.meta.dirname, "..");

/** The command that makes a new lock file; named by errors that ask for one. */
export const lockCommand = ["pnpm", "--filter", "@datasette-publish/runtime-build", "run", "runtime:lock"] as const;
