import { setOption, type Remedy } from "../../errors/remedies.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import { ofFile } from "../records/of-file.ts";
import { evidence, shown } from "./evidence.ts";
import { Head } from "./head.ts";
import { missingHeader } from "./missing-header.ts";
import { isNumberLike } from "./shapes.ts";
import { columnAt, type Batch, type Hidden, type Watched, type Watcher } from "./watcher.ts";
import { isMissingWord, isUnit } from "./words.ts";

type Record = readonly string[];

const fieldsShown = 4;
/** Longest field that is a part of a header rather than a sentence. */
const longestName = 40;

/** Judges the header by the first records: names that are values, a second line of names or units, names that are missing. */
export class HeaderRows implements Watcher {
  readonly #watched: Watched;
  readonly #head = new Head();

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  add(batch: Batch): void {
    this.#head.add(batch);
  }

  finish(hidden: Hidden = new Set()): Warning[] {
    const { header, headerRows, given } = this.#watched;
    const { records } = this.#head;
    if (headerRows === 0 || given?.headerRows !== undefined || records.length === 0) return [];
    if (isRule(records[0]!)) return [this.#rule()];
    if (missingHeader(header, records)) return [this.#missing()];
    const unnamed = unnamedColumns(header, records);
    const second = secondRow(records);
    if (second !== undefined) return [this.#secondRow(second, hidden)];
    return unnamed.length > 0 ? [this.#unnamed(unnamed)] : [];
  }

  #missing(): Warning {
    const { file, header } = this.#watched;
    const names = listed(header, new Set());
    return warning(
      "HEADER_SUSPECT",
      `${file}: the names of its columns (${names}) look like the values below them. If they are a record, it is lost as names.`,
      {
        file,
        reason: "missing",
        text: header
          .slice(0, fieldsShown)
          .map((name) => evidence(name))
          .join(", "),
      },
      setOption("headerRows", ofFile(file, 0), "if the file has no header"),
    );
  }

  #rule(): Warning {
    const { file } = this.#watched;
    const line = this.#head.lines[0]!;
    return warning(
      "HEADER_SUSPECT",
      `${file}, line ${line} looks like a rule below the header, and is a row of the table.`,
      { file, reason: "rule", line, text: this.#head.records[0]!.slice(0, fieldsShown).join(", ") },
      { action: "replace-file", file, line, note: "by removing it" },
    );
  }

  #secondRow(reason: "units" | "second row", hidden: Hidden): Warning {
    const { file, headerRows } = this.#watched;
    const [record, line] = [this.#head.records[0]!, this.#head.lines[0]!];
    const what = reason === "units" ? "the units of the columns" : "a second line of the header";
    return warning(
      "HEADER_SUSPECT",
      `${file}, line ${line} looks like ${what} (${listed(record, hidden)}), and makes numbers text.`,
      {
        file,
        reason,
        line,
        text: record
          .flatMap((field, at) => (field === "" ? [] : [evidence(field, hidden.has(at))]))
          .slice(0, fieldsShown)
          .join(", "),
      },
      setOption("headerRows", ofFile(file, headerRows + 1), "to make it a part of the names"),
    );
  }

  /** Merged cells; or, where there is but one name, perhaps a title. */
  #unnamed(unnamed: readonly number[]): Warning {
    const { file, table, header, headerRows } = this.#watched;
    const columns = unnamed.map((position) => columnAt(this.#watched, position));
    const isTitle = header.filter((name) => name.trim() !== "").length === 1;
    const lack = `has no name for ${columns.length === 1 ? "a column" : `${columns.length} columns`} with values (${columns.slice(0, fieldsShown).join(", ")})`;
    const remedies: Remedy[] = [
      isTitle
        ? setOption("skip", ofFile(file, this.#head.lines[0]! - 1), "if it is a title, and the names follow it")
        : setOption("headerRows", ofFile(file, headerRows + 1), "if the line below goes on with the names"),
      { action: "replace-file", file, note: "by naming every column" },
    ];
    return warning(
      "HEADER_SUSPECT",
      `${file}: the header ${lack}, as ${isTitle ? "a title above the table" : "merged cells"} would.`,
      { file, table, reason: isTitle ? "title" : "merged", column: columns[0]!, count: columns.length },
      remedies,
    );
  }
}

function listed(record: Record, hidden: Hidden): string {
  const fields = record.flatMap((field, position) => (field === "" ? [] : [shown(field, hidden.has(position))]));
  return fields.slice(0, fieldsShown).join(", ") + (fields.length > fieldsShown ? ", …" : "");
}

/** Columns without a name that follow one with a name, and have values. */
function unnamedColumns(header: Record, records: readonly Record[]): number[] {
  const first = header.findIndex((name) => name.trim() !== "");
  const hasValues = (position: number): boolean => 2 * records.filter((record) => record[position]!.trim() !== "").length > records.length;
  return header.flatMap((name, position) =>
    first >= 0 && position > first && name.trim() === "" && hasValues(position) ? [position] : [],
  );
}

/**
 * Whether the first record is a part of the header: it has words in the columns that hold numbers from the next record on, and no
 * number in any of those. One such word is a unit of some letters, or nothing is said: it may be a value like any other.
 */
function secondRow([first, ...rest]: readonly Record[]): "units" | "second row" | undefined {
  if (first === undefined || rest.length === 0) return undefined;
  const numeric = first.flatMap((_, position) => (isNumeric(rest, position) ? [position] : []));
  const fields = numeric.map((position) => first[position]!.trim()).filter((field) => field !== "");
  if (fields.length === 0 || fields.some((field) => isNumberLike(field) || isMissingWord(field) || field.length > longestName))
    return undefined;
  if (fields.length === 1 && fields[0]!.length === 1) return undefined;
  const unitCount = fields.filter(isUnit).length;
  if (2 * unitCount > fields.length) return "units";
  return fields.length >= 2 && fields.length === numeric.length && rest.length >= 2 ? "second row" : undefined;
}

/** Whether a record is what programs draw below a header: `---`, `:--:`, `====`. */
function isRule(record: Record): boolean {
  const drawn = record.map((field) => field.trim()).filter((field) => field !== "");
  return drawn.length > 0 && drawn.every((field) => /^:?(?:-+|=+|_+)[-+=]*:?$/.test(field)) && drawn.some((field) => field.length > 2);
}

function isNumeric(records: readonly Record[], position: number): boolean {
  let numbers = 0;
  for (const record of records) {
    const field = record[position]!.trim();
    if (field === "" || isMissingWord(field)) continue;
    if (!isNumberLike(field)) return false;
    numbers++;
  }
  return numbers > 0;
}
