import { emptyServe, PublishError, setOption, type Serve } from "@datasette-publish/core";

/** Datasette's versions that differ in what a site is served with: 0.65, and 1.0, of which there are alphas. */
export type Line = Serve["line"];
export const lines = ["0.65", "1.0"] as const satisfies readonly Line[];

/** The one that serves a site for which none was chosen. */
export const defaultLine = emptyServe.line;

/** What a line is asked for by, and the version of it that the layers hold. */
export const lockedVersions: Readonly<Record<Line, { readonly name: string; readonly version: string }>> = {
  "0.65": { name: "0.65", version: "0.65.5" },
  "1.0": { name: "1.0a", version: "1.0a41" },
};

/**
 * The line of a version as users write it: `0.65`, `1.0a`, or just the version that is locked, such as `0.65.5`.
 *
 * @throws PublishError `OPTION_INVALID` for any other, with those that there are
 */
export function lineOf(version: string): Line {
  const found = lines.find((line) => Object.values(lockedVersions[line]).includes(version));
  if (found !== undefined) return found;
  const known = lines.flatMap((line) => Object.values(lockedVersions[line]));
  throw new PublishError(
    "OPTION_INVALID",
    `There is no Datasette ${JSON.stringify(version)} here, only ${known.join(", ")}.`,
    [
      ...lines.map((line) => setOption("datasetteVersion", lockedVersions[line].name, `for Datasette ${lockedVersions[line].version}`)),
      setOption("builder", "dockerfile", "for any other version, a branch or a zip"),
    ],
    { option: "datasetteVersion", version },
  );
}
