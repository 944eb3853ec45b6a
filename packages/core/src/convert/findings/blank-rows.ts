import { setOption } from "../../errors/remedies.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import { ofFile } from "../records/of-file.ts";
import { Sightings } from "./evidence.ts";
import type { Batch, Watched, Watcher } from "./watcher.ts";

const space = 32;

/** Whether every field is blank. */
export function isBlankRecord(record: readonly string[]): boolean {
  // The code of the first character is NaN in an empty field.
  if (record[0]!.charCodeAt(0) > space) return false;
  return record.every((field) => field.trim() === "");
}

/** Finds records in which every field is blank (`,,`). A file of one column has none: there it is a value that is missing. */
export class BlankRows implements Watcher {
  readonly #watched: Watched;
  readonly #found = new Sightings();
  #rows = 0;
  /** Records up to the last that has a value. */
  #filled = 0;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  add({ records, lines }: Batch): void {
    if (this.#watched.header.length < 2) return;
    let filled = -1;
    for (let at = 0; at < records.length; at++) {
      if (isBlankRecord(records[at]!)) this.#found.add(lines[at]!);
      else filled = at;
    }
    if (filled >= 0) this.#filled = this.#rows + filled + 1;
    this.#rows += records.length;
  }

  finish(): Warning[] {
    const { count, line, where } = this.#found;
    if (count === 0) return [];
    const { file, given } = this.#watched;
    const atEnd = this.#rows - this.#filled;
    const skipEnd = setOption("skipEnd", ofFile(file, atEnd + (given?.skipEnd ?? 0)));
    const replace = { action: "replace-file", file, line, note: "by removing the blank rows" } as const;
    const [is, row] = count === 1 ? ["is", "row"] : ["are", "rows"];
    const message = `${file}: ${where} ${is} blank, and become${count === 1 ? "s a" : ""} ${row} without values.`;
    return [warning("ROWS_BLANK", message, { file, count, line, atEnd }, count === atEnd ? [skipEnd] : [replace])];
  }
}
