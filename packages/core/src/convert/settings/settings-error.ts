import { PublishError } from "../../errors/publish-error.ts";

/** What stands at a line of a file of settings. */
export interface Place {
  readonly file: string;
  /** From 1; null: of no one line. */
  readonly line: number | null;
  readonly key?: string;
}

/** `SETTINGS_INVALID`: `message` says what is wrong there, `advice` what to write. */
export function settingsError({ file, line, key }: Place, message: string, advice = ""): PublishError {
  const at = line === null ? {} : { line };
  return new PublishError(
    "SETTINGS_INVALID",
    `${file}${line === null ? "" : `, line ${line}`}: ${message}.`,
    [advice, { action: "replace-file", file, ...at }],
    { file, ...at, ...(key !== undefined && { key }) },
  );
}
