import type { CsvInput } from "./formats/name-inputs.ts";
import type { SkippedRecords } from "./records/skipped.ts";

/** One pass over a file. */
export interface Pass {
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes of the file read so far. */
  readonly onBytes: (bytes: number) => void;
  /** Gets the records that are left out; unset: another pass keeps them. */
  readonly skipped?: SkippedRecords;
}

/** Starts a pass over a file. */
export type PassOver = (input: CsvInput) => Pass;
