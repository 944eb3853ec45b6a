import { warning, type Warning } from "../../events/warnings.ts";
import { Sightings } from "./evidence.ts";
import type { Batch, Watched, Watcher } from "./watcher.ts";

/** Finds the header again among the records, as in files that were put one after another. */
export class RepeatedHeader implements Watcher {
  readonly #watched: Watched;
  readonly #header: readonly string[];
  /** Position of the first column that has a name; -1: the header tells nothing. */
  readonly #named: number;
  readonly #found = new Sightings();

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#header = watched.header;
    this.#named = watched.headerRows === 0 || watched.header.length < 2 ? -1 : watched.header.findIndex((name) => name !== "");
  }

  add({ records, lines }: Batch): void {
    const named = this.#named;
    if (named < 0) return;
    const name = this.#header[named]!;
    for (let at = 0; at < records.length; at++) {
      const record = records[at]!;
      if (record[named] === name && this.#header.every((other, column) => record[column] === other)) this.#found.add(lines[at]!);
    }
  }

  finish(): Warning[] {
    const { count, line, where } = this.#found;
    if (count === 0) return [];
    const { file } = this.#watched;
    const message = `${file}: ${where} hold${count === 1 ? "s" : ""} the header again, and ${count === 1 ? "is a row" : "are rows"} of the table.`;
    const replace = { action: "replace-file", file, line, note: "by removing the repeated header" } as const;
    return [warning("HEADER_REPEATED", message, { file, count, line }, replace)];
  }
}
