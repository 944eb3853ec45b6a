import { form, type Exponent, type NumberScanner } from "./number-scanner.ts";

const shortest = 1;
const shortestOrPointZero = 2;
const sameDecimals = 4;

/** Rules for the digits of a number, a bit each, that all texts so far follow. By each of them a number has one text. */
class DigitRules {
  hold = shortest | shortestOrPointZero | sameDecimals;
  #first = -1;

  add(formOfNumber: number, endsInZero: boolean): void {
    const digits = formOfNumber & (form.decimals | form.openPoint);
    if (this.#first < 0) this.#first = digits;
    else if (digits !== this.#first) this.hold &= ~sameDecimals;
    if (digits > form.decimals) this.hold &= sameDecimals;
    if (endsInZero) this.hold &= digits === 1 ? ~shortest : sameDecimals;
    if (digits === 0) this.hold &= ~shortestOrPointZero;
  }
}

/**
 * Whether the numbers of a column are all written by one rule, by which no number has two texts: the shortest form, the shortest form
 * with `.0` for whole numbers (as Python prints), a fixed number of decimals, and with an exponent below or above some size
 * (`8.99E-05`). Millions of different numbers then need not be remembered to know that no two texts are one number.
 */
export class NumberForms {
  readonly #plain = new DigitRules();
  readonly #scientific = new DigitRules();
  /** Digits that exponents are filled up to, a bit each. */
  #exponentWidths = 0b111;
  /** Pairs of bits: a column may have one of each pair. */
  #choices = 0;
  #least = Infinity;
  #greatest = 0;
  /** Of the numbers with an exponent: the greatest below 1, and the least from 1 on. */
  #greatestBelow = 0;
  #leastAbove = Infinity;

  add(scanner: NumberScanner): void {
    const size = Math.abs(scanner.value);
    this.#choices |= choicesOf(size, scanner.form);
    if ((scanner.form & form.exponent) !== 0) return this.#addScientific(size, scanner, scanner.exponent!);
    this.#plain.add(scanner.form, scanner.endsInZero);
    if (size === 0) return;
    if (size < this.#least) this.#least = size;
    if (size > this.#greatest) this.#greatest = size;
  }

  #addScientific(size: number, scanner: NumberScanner, { value, digits, sign, capital, isNormal }: Exponent): void {
    this.#choices |= (capital ? 1 << 12 : 1 << 13) | (value < 0 ? 0 : sign === "+" ? 1 << 14 : 1 << 15);
    const width = String(Math.abs(value)).length;
    this.#exponentWidths &= [1, 2, 3].reduce((bits, filled) => (digits === Math.max(width, filled) ? bits | (1 << filled) : bits), 0) >> 1;
    this.#scientific.add(scanner.form, scanner.endsInZero);
    if (!isNormal) this.#scientific.hold = 0;
    if (size > 0 && size < 1) this.#greatestBelow = Math.max(size, this.#greatestBelow);
    if (size >= 1) this.#leastAbove = Math.min(size, this.#leastAbove);
  }

  /** Whether no two different texts so far can have been one number. */
  get differ(): boolean {
    const both = this.#choices & (this.#choices >> 1) & 0x55555555;
    const areApart = this.#greatestBelow < this.#least && this.#leastAbove > this.#greatest;
    return both === 0 && areApart && this.#exponentWidths !== 0 && this.#plain.hold !== 0 && this.#scientific.hold !== 0;
  }
}

/** What a writer of numbers does one way or the other: a plus, the 0 before the point, the minus of zero, an exponent for zero. */
function choicesOf(size: number, formOfNumber: number): number {
  const hasPlus = (formOfNumber & form.plus) !== 0;
  const isBare = (formOfNumber & form.bare) !== 0;
  if (size > 0) return (hasPlus ? 1 << 0 : 1 << 1) | (size >= 1 ? 0 : isBare ? 1 << 2 : 1 << 3);
  return (
    (hasPlus ? 1 << 4 : 1 << 5) |
    (isBare ? 1 << 6 : 1 << 7) |
    ((formOfNumber & form.negativeZero) === 0 ? 1 << 8 : 1 << 9) |
    ((formOfNumber & form.exponent) === 0 ? 1 << 10 : 1 << 11)
  );
}
