import { warning, type Warning } from "../../events/warnings.ts";
import { copyText } from "../copy-text.ts";
import { evidence, shown, Sightings } from "./evidence.ts";
import { isGarbled, repair } from "./garbled.ts";
import { PreFilter } from "./pre-filter.ts";
import { columnAt, type Batch, type Hidden, type Watched, type Watcher } from "./watcher.ts";

/** Finds text that was decoded wrongly before it came to this file, such as `KÃ¶ln` for `Köln`. */
export class GarbledText implements Watcher {
  readonly #watched: Watched;
  /** Plain ASCII has as many bytes as characters. */
  readonly #filter = new PreFilter((text) => Buffer.byteLength(text) !== text.length && isGarbled(text));
  readonly #found = new Sightings();
  #first: { readonly position: number; readonly text: string; readonly meant: string | undefined } | undefined;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  add(batch: Batch): void {
    if (!this.#filter.mayHold(batch)) return;
    for (const [at, record] of batch.records.entries())
      for (const [position, field] of record.entries()) {
        if (!isGarbled(field)) continue;
        this.#first ??= { position, text: copyText(field), meant: repair(field) };
        this.#found.add(batch.lines[at]!);
      }
  }

  finish(hidden: Hidden = new Set()): Warning[] {
    if (this.#first === undefined) return [];
    const { file, table } = this.#watched;
    const { position, text, meant } = this.#first;
    const { count, line } = this.#found;
    const [column, isHidden] = [columnAt(this.#watched, position), hidden.has(position)];
    const instead = meant === undefined ? "which stands for a character that is lost" : `where ${shown(meant, isHidden)} is meant`;
    return [
      warning(
        "TEXT_GARBLED",
        `${file}: ${count} field${count === 1 ? "" : "s"}, first on line ${line} in ${column}, ${count === 1 ? "was" : "were"} decoded wrongly before: ${shown(text, isHidden)}, ${instead}.`,
        { file, table, column, count, line, text: evidence(text, isHidden), meant: meant === undefined ? null : evidence(meant, isHidden) },
        { action: "replace-file", file, line, note: "by exporting it again as UTF-8 from where it comes" },
      ),
    ];
  }
}
