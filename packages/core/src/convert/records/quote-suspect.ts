import { setOption } from "../../errors/remedies.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import { looksPrivate } from "../findings/private/kinds.ts";
import { isProse } from "./header-place.ts";
import { ofFile } from "./of-file.ts";
import { counted } from "./ragged.ts";
import { shownRecord, type Dialect, type RecordBatch } from "./reading.ts";

/** Share of the lines in a field that have as many fields as the header. */
const leastShare = 0.9;
/** One is in many a text of two lines. */
const fewestDelimiters = 2;

/**
 * Looks for quoted fields that hold whole records: their quote may never have been closed, and a quote far below taken for its end.
 * What is before the first line break and behind the last one then has as many fields as the records are short of.
 */
export class QuoteSuspect {
  readonly #file: string;
  readonly #delimiter: string | null;
  #fields = 0;
  #first: { readonly line: number; readonly lines: number; readonly text: string } | undefined;

  constructor(file: string, { delimiter, quote }: Pick<Dialect, "delimiter" | "quote">) {
    this.#file = file;
    this.#delimiter = quote === null ? null : delimiter;
  }

  add({ header, records, lines, ragged }: Pick<RecordBatch, "header" | "records" | "lines" | "ragged">): void {
    if (this.#delimiter === null) return;
    for (let at = 0; at < records.length; at++) if (lines[at + 1] !== lines[at]! + 1) this.#look(records[at]!, lines[at]!, header.length);
    for (const { fields, line, columns, handling } of ragged) if (handling !== "pad") this.#look(fields, line, columns);
  }

  #look(fields: readonly string[], line: number, width: number): void {
    const swallowing = fields.find((field, position) => field.includes("\n") && this.#holdsRecords(field, position, width));
    if (swallowing === undefined) return;
    this.#fields++;
    this.#first ??= { line, lines: swallowing.split("\n").length, text: shownRecord(swallowing) };
  }

  #holdsRecords(field: string, position: number, width: number): boolean {
    const delimiter = this.#delimiter!;
    const lines = field.split(/\r?\n/).filter((line) => line !== "");
    if ((width - 1) * (lines.length - 1) < fewestDelimiters) return false;
    if (lines.every((line) => !line.includes(delimiter) || isProse(line, delimiter))) return false;
    const widths = lines.map((line) => line.split(delimiter).length);
    if (widths[0] !== width - position || widths.at(-1) !== position + 1) return false;
    const inner = widths.slice(1, -1);
    return inner.filter((count) => count === width).length >= inner.length * leastShare;
  }

  /** @param hidden fields with private data: where there are any, the text is not shown */
  finish(hidden: ReadonlySet<number> = new Set()): Warning[] {
    if (this.#first === undefined) return [];
    const { line, lines, text } = this.#first;
    const isShown = hidden.size === 0 && !looksPrivate(text);
    const file = this.#file;
    const others = this.#fields > 1 ? ` So do ${counted(this.#fields - 1, "other field")}.` : "";
    return [
      warning(
        "QUOTE_SUSPECT",
        `${file}, line ${line}: a quoted field holds ${lines} lines that look like records${isShown ? `: ${text}` : ""}.${others}`,
        { file, line, records: this.#fields },
        [
          { action: "replace-file", file, line, note: "by closing the quote" },
          setOption("quote", ofFile(file, "none"), "if quotes are characters like any other"),
        ],
      ),
    ];
  }
}
