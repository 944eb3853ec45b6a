import { setOption } from "../../errors/remedies.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import { shown } from "./evidence.ts";
import { Head } from "./head.ts";
import { ofColumn, columnAt, type Batch, type Hidden, type Watched, type Watcher } from "./watcher.ts";

const grouped = /^-?[1-9]\d{0,2}\.\d{3}$/;
const small = /^-?(?:0|[1-9]\d{0,2})$/;
/** Values with a point without which nothing is said. */
const fewest = 2;

/**
 * Finds columns of decimals whose point may part thousands, by the first records: each has three digits behind it, and none a zero
 * alone before it. Where a semicolon parts columns the comma is mostly the decimal mark; elsewhere nothing is said.
 */
export class PointedThousands implements Watcher {
  readonly #watched: Watched;
  readonly #head = new Head();

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  add(batch: Batch): void {
    if (this.#watched.delimiter === ";") this.#head.add(batch);
  }

  finish(hidden: Hidden = new Set()): Warning[] {
    return this.#watched.header.flatMap((_, position) => {
      const at = this.#firstOf(position);
      return at < 0 ? [] : [this.#warn(position, at, hidden.has(position))];
    });
  }

  /** The record with the first such value; -1: there is none, or another one. */
  #firstOf(position: number): number {
    const { settings, isNumeric } = this.#watched;
    const { type, number, leaveOut } = settings?.[position] ?? {};
    if (leaveOut === true || type !== undefined || number !== undefined || isNumeric?.(position) !== true) return -1;
    const fields = this.#head.records.map((record) => record[position]!);
    if (!fields.every((field) => field === "" || grouped.test(field) || small.test(field))) return -1;
    return fields.filter((field) => grouped.test(field)).length < fewest ? -1 : fields.findIndex((field) => grouped.test(field));
  }

  #warn(position: number, at: number, isHidden: boolean): Warning {
    const { file, table } = this.#watched;
    const column = columnAt(this.#watched, position);
    const [text, line] = [shown(this.#head.records[at]![position]!, isHidden), this.#head.lines[at]!];
    return warning(
      "READING_ASSUMED",
      `${file}: the numbers of ${column}, such as ${text} on line ${line}, are read with a decimal point, which may part thousands.`,
      { file, table, column, line, text, taken: "decimal point", rival: "decimal comma" },
      setOption("number", ofColumn(this.#watched, position, "decimal-comma"), "if it does"),
    );
  }
}
