import { warning, type Warning } from "../../events/warnings.ts";
import { Sightings } from "./evidence.ts";
import { PreFilter } from "./pre-filter.ts";
import { shapeOf } from "./shapes.ts";
import type { Batch, Watched, Watcher } from "./watcher.ts";

/** Finds the header again among the records, as in files that were put one after another. */
export class RepeatedHeader implements Watcher {
  readonly #watched: Watched;
  readonly #filter: PreFilter | undefined;
  readonly #found = new Sightings();

  constructor(watched: Watched) {
    const { header, headerRows } = watched;
    this.#watched = watched;
    // Names that are all values are a record: it may come again.
    const tellsNothing = headerRows === 0 || header.length < 2 || header.every((name) => name === "" || shapeOf(name) !== "other");
    const part = rarePart(header);
    if (!tellsNothing) this.#filter = new PreFilter((text) => text.includes(part));
  }

  add(batch: Batch): void {
    if (this.#filter?.mayHold(batch) !== true) return;
    const { header } = this.#watched;
    for (const [at, record] of batch.records.entries())
      if (header.every((name, position) => record[position]!.trim() === name)) this.#found.add(batch.lines[at]!);
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

/** Characters of names, the rarest first; any other is rarer. */
const characters = "QXZJKVWYqxzjKUkBGPwvyHFMLDONRbpfguCITSAEmdlchsrniotae 9876543210";
const shortestPart = 3;

/** A part of a name that is rare in texts, to search for: it begins with a character that is. */
function rarePart(header: readonly string[]): string {
  // A name with a quote, a backslash or a line break may be written in another way.
  const names = header.filter((name) => name !== "" && !/["'\\\r\n]/.test(name));
  const parts = names.flatMap((name) => Array.from({ length: Math.max(1, name.length - shortestPart + 1) }, (_, at) => name.slice(at)));
  return parts.reduce((rare, part) => (rare === "" || rarityOf(part) < rarityOf(rare) ? part : rare), "");
}

function rarityOf(part: string): number {
  return characters.indexOf(part.charAt(0));
}
