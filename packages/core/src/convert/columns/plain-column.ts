import { setOption } from "../../errors/remedies.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import type { Column } from "../dataset.ts";
import { copyText } from "../copy-text.ts";
import { NumberColumn } from "./number-column.ts";
import { Place } from "./place.ts";
import type { ColumnProfile, ColumnVerdict, ProfileSettings, Stored } from "./profile-column.ts";
import { maxSeenNumbers, type NumberMemory } from "./seen-numbers.ts";
import { TextStats } from "./text-stats.ts";

/** A column that is kept as it stands in the file: its type is the narrowest that loses nothing. */
export class PlainColumn implements ColumnProfile {
  readonly #settings: ProfileSettings;
  readonly #place = new Place();
  readonly #texts = new TextStats();
  readonly #given: Column["type"] | undefined;
  readonly #nullWords: ReadonlySet<string> | undefined;
  readonly #numbers: NumberColumn;
  #mayBeNumbers: boolean;
  #blanks = 0;
  #nullWordsSeen = 0;
  #example: string | null = null;

  constructor(settings: ProfileSettings, memory: NumberMemory) {
    this.#settings = settings;
    this.#given = settings.type === "blob" ? "BLOB" : settings.type === "text" || settings.justStrings ? "TEXT" : undefined;
    this.#nullWords = settings.null?.length ? new Set(settings.null) : undefined;
    this.#numbers = new NumberColumn(memory, this.#place);
    this.#mayBeNumbers = this.#given === undefined;
  }

  get mayBeNumbers(): boolean {
    return this.#mayBeNumbers;
  }

  startFile(file: string): void {
    this.#place.file = file;
  }

  add(field: string, line: number): void {
    if (field.length === 0) this.#blanks++;
    else if (this.#nullWords !== undefined && this.#nullWords.has(field)) this.#nullWordsSeen++;
    else if (!this.#mayBeNumbers || this.#mayBeNew(field, line)) this.#addText(field);
  }

  #mayBeNew(field: string, line: number): boolean {
    const mayBeNew = this.#numbers.add(field, line);
    this.#mayBeNumbers = this.#numbers.no === undefined;
    return mayBeNew;
  }

  #addText(field: string): void {
    if (this.#texts.has(field)) return;
    this.#example ??= copyText(field);
    this.#texts.add(field);
  }

  finish(): ColumnVerdict {
    const { emptyAsText } = this.#settings;
    const { type, reason } = this.#judge();
    const isNumber = type === "INTEGER" || type === "REAL";
    const nulls = (emptyAsText ? 0 : this.#blanks) + this.#nullWordsSeen;
    const extremes = isNumber ? this.#numbers.extremes : {};
    return {
      report: { type, nulls, example: this.#example, reason, ...this.#texts.report, ...extremes },
      blanks: this.#blanks,
      toStored: storing(type, emptyAsText ?? false, this.#nullWords),
      notices: (file, table, column) => (reason.rule === "too-many-to-compare" ? [uncompared(file, table, column)] : []),
    };
  }

  #judge(): Pick<Column, "type" | "reason"> {
    if (this.#given !== undefined) return { type: this.#given, reason: { rule: "given" } };
    return this.#example === null ? { type: "TEXT", reason: { rule: "blank" } } : this.#numbers.verdict;
  }
}

function uncompared(file: string, table: string, column: string): Warning {
  return warning(
    "NUMBERS_NOT_COMPARED",
    `${file}: the column ${column} is text: its numbers are written in several ways, two texts may be one number, and there are too many to compare (at most ${maxSeenNumbers.toLocaleString("en")}).`,
    { file, table, column, limit: maxSeenNumbers },
    setOption("type", `${table}.${column}=real`, "if they are numbers all the same"),
  );
}

const storeText = (field: string): Stored => field;
const storeTextOrNull = (field: string): Stored => (field === "" ? null : field);
/** Integers beyond 15 digits as BigInt, which a double would not hold; -0 is 0 in SQLite. */
const toInteger = (field: string): Stored => (field.length > 15 ? BigInt(field) : Number(field) + 0);
const storeInteger = (field: string): Stored => (field === "" ? "" : toInteger(field));
const storeIntegerOrNull = (field: string): Stored => (field === "" ? null : toInteger(field));
const storeReal = (field: string): Stored => (field === "" ? "" : Number(field) + 0);
const storeRealOrNull = (field: string): Stored => (field === "" ? null : Number(field) + 0);

function storing(type: Column["type"], emptyAsText: boolean, nullWords: ReadonlySet<string> | undefined): ColumnVerdict["toStored"] {
  const [kept, blankIsNull] =
    type === "INTEGER" ? [storeInteger, storeIntegerOrNull] : type === "REAL" ? [storeReal, storeRealOrNull] : [storeText, storeTextOrNull];
  const store = emptyAsText ? kept : blankIsNull;
  return nullWords === undefined ? store : (field) => (nullWords.has(field) ? null : store(field));
}
