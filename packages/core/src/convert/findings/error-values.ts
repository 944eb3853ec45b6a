import { setOption, type Remedy } from "../../errors/remedies.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import { copyOf, Sightings } from "./evidence.ts";
import { PreFilter } from "./pre-filter.ts";
import { columnAt, ofColumn, type Batch, type Watched, type Watcher } from "./watcher.ts";

const hash = 35;
const letterE = 69;
/** `#REF!`, `#NAME?`, `#DIV/0!` in any language of a spreadsheet; those without a mark at the end by name; `Err:502` of LibreOffice. */
const form =
  /^(?:#[¡¿]?\p{Lu}[\p{Lu}/0_ ]{1,18}[!?]|#N\/A(?: N\/A)?|#NV|#N\/D|#N\/B|#I\/T|#Н\/Д|#ND|#YOK|#HIÁNYZIK|#NEDOSTUPNÝ|#GETTING_DATA|#{4,}|Err:5\d\d)$/u;
const start = /#[\p{Lu}¡¿#]/u;
/** Pairs of a value and a column that a message shows, and that are told apart. */
const mostShown = 3;
const mostSeen = 100;

/** Whether a field is an error of a spreadsheet's formula, or a number that its cell was too narrow for (`####`). */
export function isErrorValue(field: string): boolean {
  const code = field.charCodeAt(0);
  return (code === hash || code === letterE) && field.length <= 24 && form.test(field);
}

interface Seen extends Sightings {
  readonly value: string;
  readonly position: number;
}

/** Finds errors of a spreadsheet among the values. */
export class ErrorValues implements Watcher {
  readonly #watched: Watched;
  readonly #filter = new PreFilter((text) => (text.includes("#") && start.test(text)) || text.includes("Err:5"));
  readonly #seen = new Map<string, Seen>();

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  add(batch: Batch): void {
    if (!this.#filter.mayHold(batch)) return;
    for (const [at, record] of batch.records.entries())
      for (let position = 0; position < record.length; position++)
        if (isErrorValue(record[position]!)) this.#see(record[position]!, position, batch.lines[at]!);
  }

  #see(field: string, position: number, line: number): void {
    const key = `${position} ${field}`;
    let seen = this.#seen.get(key);
    if (seen === undefined) {
      if (this.#seen.size === mostSeen) return;
      const value = copyOf(field);
      seen = Object.assign(new Sightings(), { value, position });
      this.#seen.set(`${position} ${value}`, seen);
    }
    seen.add(line);
  }

  finish(): Warning[] {
    const isNull = ({ value, position }: Seen): boolean => this.#watched.settings?.[position]?.null?.includes(value) ?? false;
    const all = [...this.#seen.values()].filter((seen) => !isNull(seen)).sort((a, b) => a.line - b.line);
    const [first] = all;
    if (first === undefined) return [];
    const { file, table } = this.#watched;
    const count = all.reduce((sum, seen) => sum + seen.count, 0);
    const listed = all
      .slice(0, mostShown)
      .map(({ value, position, where }) => `${value} in ${columnAt(this.#watched, position)}, ${where}`);
    const more = all.length > mostShown ? ", and in other columns" : "";
    return [
      warning(
        "ERROR_VALUES",
        `${file}: ${count} ${count === 1 ? "field holds an error" : "fields hold errors"} of a spreadsheet (${listed.join("; ")}${more}).`,
        { file, table, column: columnAt(this.#watched, first.position), count, line: first.line, text: first.value },
        [...this.#nullOptions(all), { action: "replace-file", file, line: first.line, note: "by mending the formula" }],
      ),
    ];
  }

  /** For each column; where they are many, for all columns alike: an error is a value of none. */
  #nullOptions(all: readonly Seen[]): Remedy[] {
    const given =
      all.length > mostShown
        ? new Set(all.map(({ value }) => value))
        : all.map(({ value, position }) => ofColumn(this.#watched, position, value));
    return [...given].map((value) => setOption("null", value, "if it stands for no value"));
  }
}
