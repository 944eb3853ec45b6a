import type { Column, Conversion } from "../dataset.ts";
import { asSqliteReads } from "./exact-number.ts";
import type { Place } from "./place.ts";
import type { Rewriter } from "./rewriter.ts";
import { StatedNumbers } from "./stated-numbers.ts";
import { isBefore } from "./text-range.ts";
import { TextStats } from "./text-stats.ts";

/** The type that a column is declared to have where its owner says so. */
export type DeclaredType = Column["type"] | undefined;

/** A column as it reads in one of the ways of its rewriter. */
export class Way {
  /** Fields that can be read so. */
  count = 0;
  unread: Conversion["unread"];
  /** The first unread field that SQLite would make a number. */
  #unreadNumber: Column["reason"] | undefined;
  readonly #values = new TextStats();
  readonly #unreadValues = new TextStats();
  readonly #numbers: StatedNumbers | undefined;
  readonly #rewriter: Rewriter;
  readonly #place: Place;
  readonly #declared: DeclaredType;

  constructor(rewriter: Rewriter, place: Place, declared: DeclaredType) {
    this.#rewriter = rewriter;
    this.#place = place;
    this.#declared = declared;
    this.#numbers = rewriter.isNumber ? new StatedNumbers(place, declared) : undefined;
  }

  /** @param text what the field becomes; undefined when it cannot be read */
  add(field: string, text: string | undefined, line: number): void {
    const value = text === undefined || this.#numbers === undefined ? text : this.#numbers.add(text, field, line);
    if (value === undefined) return this.#addUnread(field, line);
    this.count++;
    if (!this.#values.has(value)) this.#values.add(value);
  }

  #addUnread(field: string, line: number): void {
    this.unread = { ...(this.unread ?? this.#place.evidence(field, line)), count: (this.unread?.count ?? 0) + 1 };
    if (this.#numbers !== undefined && asSqliteReads(field) !== undefined)
      this.#unreadNumber ??= { rule: "unread-number", ...this.#place.evidence(field, line) };
    if (!this.#unreadValues.has(field)) this.#unreadValues.add(field);
  }

  /** The type to declare. A column without affinity keeps a text beside numbers that SQLite would make one as well. */
  get verdict(): Pick<Column, "type" | "reason"> {
    if (this.#declared === "TEXT" || this.#declared === "BLOB") return { type: this.#declared, reason: { rule: "given" } };
    if (this.count === 0 && this.unread === undefined)
      return { type: this.#declared ?? "TEXT", reason: { rule: this.#declared ? "given" : "blank" } };
    if (this.#numbers === undefined) return { type: "TEXT", reason: { rule: "dates" } };
    if (this.count === 0) return { type: "TEXT", reason: { rule: "words", ...this.#firstUnread } };
    return this.#unreadNumber === undefined ? this.#numbers.verdict : { type: "BLOB", reason: this.#unreadNumber };
  }

  get #firstUnread(): Omit<NonNullable<Conversion["unread"]>, "count"> {
    const { count: _, ...evidence } = this.unread!;
    return evidence;
  }

  get conversion(): Omit<Conversion, "way"> {
    return { as: this.#rewriter.as, count: this.count, ...(this.unread && { unread: this.unread }) };
  }

  /** As SQLite orders the values: numbers before texts, texts by code point. */
  get report(): Pick<Column, "distinct" | "least" | "greatest" | "longest"> {
    const [values, unread] = [this.#values.report, this.#unreadValues.report];
    const distinct = {
      count: values.distinct.count + unread.distinct.count,
      isCapped: values.distinct.isCapped || unread.distinct.isCapped,
    };
    const longest = Math.max(values.longest, unread.longest);
    if (this.#numbers !== undefined)
      return { distinct, longest, least: this.#numbers.least ?? unread.least, greatest: unread.greatest ?? this.#numbers.greatest };
    return { distinct, longest, least: first(values.least, unread.least), greatest: last(values.greatest, unread.greatest) };
  }
}

function first(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && isBefore(b, a)) ? b : a;
}

function last(a: string | null, b: string | null): string | null {
  return a === null || (b !== null && isBefore(a, b)) ? b : a;
}
