import { join } from "node:path";

/** This package's folder, from `src` as from `dist`. */
export const packageDir = join(import.meta.dirname, "..");

/** The command that makes a new lock file; named by errors that ask for one. */
export const lockCommand = "pnpm --filter @datasette-publish/runtime run runtime:lock";

/** The command that builds the layers of one platform. */
export const buildCommand = "pnpm --filter @datasette-publish/runtime run runtime:build";
