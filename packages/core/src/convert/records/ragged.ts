import { PublishError } from "../../errors/publish-error.ts";
import { setOption, type Remedy } from "../../errors/remedies.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import { looksPrivate } from "../findings/private/kinds.ts";
import type { Ragged } from "../settings/settings.ts";
import { ofFile } from "./of-file.ts";
import { shownDelimiter, shownRecord, type RaggedLine, type RecordBatch } from "./reading.ts";

/** Ragged records that a message shows. */
const mostShown = 3;
/** Records at the end of a file that may be what stands below the table. */
const maxFooter = 20;

/** The records of a file that do not fit its header and are handled in one way: how many, and the first. */
class Tally {
  count = 0;
  readonly shown: RaggedLine[] = [];

  add(line: RaggedLine): void {
    this.count++;
    if (this.shown.length < mostShown) this.shown.push(line);
  }

  /** `line 8 (2 fields): a,b · line 15 (4 fields): a,b,c,d · …`; without the records where they are not to be seen. */
  text(isHidden = false): string {
    const lines = this.shown.map((ragged) => {
      const place = `line ${ragged.line} (${counted(ragged.fields.length, "field")})`;
      return isHidden || ragged.fields.some(looksPrivate) ? place : `${place}: ${shownRecord(ragged.text)}`;
    });
    return [...lines, ...(this.count > lines.length ? ["…"] : [])].join(" · ");
  }
}

/** Tells which records were padded, and which were left out. */
export class RaggedWarnings {
  readonly #file: string;
  readonly #padded = new Tally();
  readonly #skipped = new Tally();

  constructor(file: string) {
    this.#file = file;
  }

  add({ ragged }: RecordBatch): void {
    for (const line of ragged) (line.handling === "pad" ? this.#padded : this.#skipped).add(line);
  }

  /** @param hidden fields with private data: where there are any, no record is shown */
  finish(hidden: ReadonlySet<number> = new Set()): Warning[] {
    return [...this.#warn("RECORDS_PADDED", this.#padded, hidden, "skip"), ...this.#warn("RECORDS_SKIPPED", this.#skipped, hidden, "pad")];
  }

  #warn(code: "RECORDS_PADDED" | "RECORDS_SKIPPED", tally: Tally, hidden: ReadonlySet<number>, other: Ragged): Warning[] {
    const { count, shown } = tally;
    if (count === 0) return [];
    const done = code === "RECORDS_PADDED" ? "padded with blanks" : "left out";
    const file = this.#file;
    const note = other === "pad" ? "to keep them" : "to leave them out";
    return [
      warning(
        code,
        `${file}: ${counted(count, "record")} with fewer or more fields than the header ${count === 1 ? "is" : "are"} ${done}: ${ended(tally.text(hidden.size > 0))}`,
        { file, line: shown[0]!.line, records: count },
        setOption("ragged", ofFile(file, other), note),
      ),
    ];
  }
}

/** Counts the records that are refused for the number of their fields, so that one error tells of all. */
export class RaggedErrors {
  readonly #file: string;
  readonly #refused = new Tally();
  #records = 0;
  #lastFitting = 0;
  #isTrailing = true;
  #isNameless = true;

  constructor(file: string) {
    this.#file = file;
  }

  add({ records, lines, ragged }: RecordBatch): void {
    this.#records += records.length;
    this.#lastFitting = lines.at(-1) ?? this.#lastFitting;
    for (const line of ragged) {
      if (line.handling !== "pad") this.#records++;
      if (line.handling === "error") this.#refuse(line);
    }
  }

  #refuse(line: RaggedLine): void {
    this.#refused.add(line);
    this.#isNameless &&= line.fields.length === line.columns + 1;
    this.#isTrailing &&= line.fields.length > line.columns && line.fields.slice(line.columns).every((field) => field === "");
  }

  get hasAny(): boolean {
    return this.#refused.count > 0;
  }

  /** @param rivals delimiters by which every record of the file's start has as many fields as the header */
  toError(rivals: readonly string[]): PublishError {
    const file = this.#file;
    const { count, shown } = this.#refused;
    const { line, fields, columns, text } = shown[0]!;
    const has = `the header has ${counted(columns, "column")}`;
    const message =
      count === 1
        ? `${file}, line ${line}: ${counted(fields.length, "field")}, but ${has}: ${shownRecord(text)}`
        : `${file}: ${count} of ${counted(this.#records, "record")} do not fit, as ${has}: ${this.#refused.text()}`;
    const facts = { file, line, fields: fields.length, columns, records: count, text: shownRecord(text) };
    return new PublishError("CSV_INVALID", this.#cause(message, rivals), this.#remedies(rivals), facts);
  }

  /** Whether only the last records of the file do not fit, and none is longer than the header, as a total or a note is not. */
  get #isFooter(): boolean {
    const { count, shown } = this.#refused;
    if (shown.some(({ fields, columns }) => fields.length > columns)) return false;
    return count <= maxFooter && count * 2 <= this.#records && shown[0]!.line > this.#lastFitting;
  }

  /** Whether half of the records, or more, are longer than the header, and so what was taken for it is perhaps a title. */
  get #isBelowTitle(): boolean {
    const { count, shown } = this.#refused;
    return !this.#isTrailing && count * 2 >= this.#records && shown[0]!.fields.length > shown[0]!.columns;
  }

  /** Whether every record has one field more than the header, as R writes the names of rows. */
  get #hasNameless(): boolean {
    return this.#isNameless && !this.#isTrailing && this.#refused.count === this.#records;
  }

  #cause(message: string, rivals: readonly string[]): string {
    const stated = ended(message);
    if (rivals.length > 0) return `${stated} By ${rivals.map(shownDelimiter).join(" or ")} every record at the file's start fits.`;
    if (this.#hasNameless) return `${stated} Each has one field more: the header may lack the name of the first column.`;
    if (this.#isTrailing) return `${stated} All that is too much is blank.`;
    return stated;
  }

  #remedies(rivals: readonly string[]): Remedy[] {
    const file = this.#file;
    const { count, shown } = this.#refused;
    const { line } = shown[0]!;
    if (this.#hasNameless && rivals.length === 0)
      return [
        { action: "replace-file", file, line: line - 1, note: "by naming all columns" },
        setOption("skip", ofFile(file, line - 1), `if line ${line} is the header`),
      ];
    return [
      ...rivals.map((rival) => setOption("separator", ofFile(file, rival), "if that is the delimiter")),
      ...(this.#isFooter ? [setOption("skipEnd", ofFile(file, count), "if the table ends before")] : []),
      ...(this.#isBelowTitle ? [setOption("skip", ofFile(file, line - 1), `if line ${line} is the header`)] : []),
      setOption("ragged", ofFile(file, "pad"), "to fill short records with blanks and give long ones more columns"),
      setOption("ragged", ofFile(file, "skip"), "to leave such records out"),
      { action: "replace-file", file, line },
    ];
  }
}

/** A text with a full stop, unless it is cut. */
function ended(text: string): string {
  return text.endsWith("…") ? text : `${text}.`;
}

/** `1 record`, `2 records` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
