import type { Column, Evidence, TypeReason } from "../dataset.ts";
import { NumberForms } from "./number-forms.ts";
import { form, NumberScanner } from "./number-scanner.ts";
import { copyText } from "../copy-text.ts";
import type { Place } from "./place.ts";
import { SeenNumbers, type NumberMemory } from "./seen-numbers.ts";
import { ruleAgainst } from "./type-rule.ts";

/** One for all columns: it describes the field that was scanned last. */
const scanner = new NumberScanner();

/** How often what is kept is copied, so that it holds little of the file's text. */
const addsUntilCopied = 512;

/**
 * Finds whether the texts of a column are numbers that lose nothing: each comes back as the same number, and no two texts are one
 * number. It is fed until a text says no.
 */
export class NumberColumn {
  /** Why the column is text; unset: nothing speaks against numbers. */
  no: TypeReason | undefined;
  /** Undefined once there are more different numbers than it takes. */
  #seen: SeenNumbers | undefined;
  readonly #forms = new NumberForms();
  #decimal: Evidence | undefined;
  #wide: Evidence | undefined;
  #plus: Evidence | undefined;
  #hasNegative = false;
  #least = Infinity;
  #greatest = -Infinity;
  #leastText = "";
  #greatestText = "";
  #untilCopied = addsUntilCopied;

  readonly #place: Place;

  constructor(memory: NumberMemory, place: Place) {
    this.#place = place;
    this.#seen = new SeenNumbers(memory);
  }

  /** Takes a text that is not blank. False when it came before, and so changes nothing. */
  add(text: string, line: number): boolean {
    if (!scanner.scan(text)) this.#refuse({ rule: ruleAgainst(text), ...this.#place.evidence(text, line) });
    else if (scanner.isWide) this.#addWide(text, line);
    else return this.#addNumber(text, line);
    return true;
  }

  #addNumber(text: string, line: number): boolean {
    const before = this.#seen?.add(scanner.value, scanner.form);
    if (before === scanner.form) return false;
    this.#forms.add(scanner);
    if (before === undefined || before === SeenNumbers.full) this.#goOnWithoutMemory(text, line);
    else if (before !== SeenNumbers.fresh)
      this.#refuse({ rule: "same-number-twice", ...this.#place.evidence(text, line), ...otherText(scanner.value, before) });
    if (scanner.value < 0) this.#hasNegative = true;
    if (!scanner.isWhole) this.#decimal ??= this.#place.evidence(text, line);
    else if ((scanner.form & form.plus) !== 0) this.#plus ??= this.#place.evidence(text, line);
    if (this.#wide !== undefined && this.#decimal !== undefined) this.#refuse({ rule: "too-many-digits", ...this.#wide });
    this.#order(text);
    return true;
  }

  #addWide(text: string, line: number): void {
    if (scanner.isNegative) this.#hasNegative = true;
    this.#wide ??= this.#place.evidence(text, line);
    if (this.#decimal !== undefined) this.#refuse({ rule: "too-many-digits", ...this.#place.evidence(text, line) });
    this.#order(text);
  }

  #goOnWithoutMemory(text: string, line: number): void {
    this.#seen?.clear();
    this.#seen = undefined;
    if (!this.#forms.differ) this.#refuse({ rule: "too-many-to-compare", ...this.#place.evidence(text, line) });
  }

  #refuse(reason: TypeReason): void {
    this.no = reason;
    this.#seen?.clear();
  }

  #order(text: string): void {
    const { value, isWide } = scanner;
    if (value < this.#least || (isWide && value === this.#least && BigInt(text) < BigInt(this.#leastText))) {
      this.#least = value;
      this.#leastText = text;
    }
    if (value > this.#greatest || (isWide && value === this.#greatest && BigInt(text) > BigInt(this.#greatestText))) {
      this.#greatest = value;
      this.#greatestText = text;
    }
    if (--this.#untilCopied > 0) return;
    this.#untilCopied = addsUntilCopied;
    this.#leastText = copyText(this.#leastText);
    this.#greatestText = copyText(this.#greatestText);
  }

  /** The type to declare. A plus before an integer is a sign only where others have a minus: else it is of a dial code, a phone number. */
  get verdict(): Pick<Column, "type" | "reason"> {
    if (this.no !== undefined) return { type: "TEXT", reason: this.no };
    if (this.#plus !== undefined && !this.#hasNegative) return { type: "TEXT", reason: { rule: "plus-sign", ...this.#plus } };
    if (this.#decimal !== undefined) return { type: "REAL", reason: { rule: "decimals", ...this.#decimal } };
    return { type: "INTEGER", reason: { rule: "integers" } };
  }

  get extremes(): Pick<Column, "least" | "greatest"> {
    return { least: copyText(this.#leastText), greatest: copyText(this.#greatestText) };
  }
}

/** The text that `formOfNumber` says of `value`, where that is short to say. */
function otherText(value: number, formOfNumber: number): Pick<TypeReason, "other"> {
  const decimals = formOfNumber & form.decimals;
  if ((formOfNumber & form.exponent) !== 0 || decimals > 100) return {};
  const sign = (formOfNumber & form.plus) !== 0 ? "+" : (formOfNumber & form.negativeZero) !== 0 || value < 0 ? "-" : "";
  const digits = Math.abs(value).toFixed(decimals);
  return {
    other: sign + ((formOfNumber & form.bare) === 0 ? digits : digits.slice(1)) + ((formOfNumber & form.openPoint) === 0 ? "" : "."),
  };
}
