import type { Column } from "../dataset.ts";
import { copyText } from "../copy-text.ts";
import { exactNumber, isDouble, isWhole } from "./exact-number.ts";
import type { Place } from "./place.ts";

type Verdict = Pick<Column, "type" | "reason">;

/** Numbers that the owner of a column says are numbers: two texts may be one. Finds the type that holds them all. */
export class StatedNumbers {
  readonly #place: Place;
  readonly #declared: Column["type"] | undefined;
  #decimal: Verdict["reason"] | undefined;
  #wide: Verdict["reason"] | undefined;
  #least: readonly [number | bigint, string] | undefined;
  #greatest: readonly [number | bigint, string] | undefined;

  /** @param declared unset: as the numbers are */
  constructor(place: Place, declared: Column["type"] | undefined) {
    this.#place = place;
    this.#declared = declared;
  }

  /**
   * Takes the number of a field, unless it would lose digits.
   *
   * @param text what the field becomes, as {@link asSqliteReads} takes it
   * @returns the number as a text; undefined when it was not taken
   */
  add(text: string, field: string, line: number): string | undefined {
    const number = exactNumber(text);
    if (number === undefined) return undefined;
    if (!isWhole(text)) this.#decimal ??= { rule: "decimals", ...this.#place.evidence(field, line) };
    else if (!isDouble(number)) this.#wide ??= { rule: "too-many-digits", ...this.#place.evidence(field, line) };
    if (this.#least === undefined || number < this.#least[0]) this.#least = [number, copyText(text.trim())];
    if (this.#greatest === undefined || number > this.#greatest[0]) this.#greatest = [number, copyText(text.trim())];
    return String(number);
  }

  /** NUMERIC keeps integers beyond a double and decimals side by side. */
  get verdict(): Verdict {
    const holdsDecimals = this.#declared === undefined ? this.#decimal !== undefined : this.#declared === "REAL";
    if (holdsDecimals && this.#wide !== undefined) return { type: "NUMERIC", reason: this.#wide };
    if (this.#declared !== undefined) return { type: this.#declared, reason: { rule: "given" } };
    return this.#decimal === undefined ? { type: "INTEGER", reason: { rule: "integers" } } : { type: "REAL", reason: this.#decimal };
  }

  get least(): string | null {
    return this.#least?.[1] ?? null;
  }

  get greatest(): string | null {
    return this.#greatest?.[1] ?? null;
  }
}
