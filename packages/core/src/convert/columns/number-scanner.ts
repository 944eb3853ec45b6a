const plus = 43;
const minus = 45;
const point = 46;
const zero = 48;
const nine = 57;

/** Digits after the point, 0 to 511; then how the number is written apart from that, a bit each, and its exponent. */
export const form = {
  decimals: 0x1ff,
  /** `.5` */
  bare: 1 << 9,
  /** `1.` */
  openPoint: 1 << 10,
  /** `+1.5` */
  plus: 1 << 11,
  /** `-0` */
  negativeZero: 1 << 12,
  exponent: 1 << 13,
} as const;

/** An exponent, as it stands in the text; see {@link NumberScanner.exponent}. */
export interface Exponent {
  readonly value: number;
  readonly digits: number;
  readonly sign: "" | "+" | "-";
  readonly capital: boolean;
  /** What it multiplies has one digit before the point, which is not 0; or both are 0. */
  readonly isNormal: boolean;
}

const powers = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const smallestNormal = 2.2250738585072014e-308;
const numberPattern = /^([+-]?)(\d*)(\.?)(\d*)(?:([eE])([+-]?)(\d+))?$/;
const largest = "9223372036854775807";
const smallest = "-9223372036854775808";

/** Whether `value` is a canonical integer (no `+`, no leading zero) that SQLite's INTEGER (64 bits, signed) holds. */
export function isInteger(value: string): boolean {
  const { length } = value;
  const start = value.charCodeAt(0) === minus ? 1 : 0;
  if (length === start || length > start + 19) return false;
  if (value.charCodeAt(start) === zero) return length === 1;
  for (let at = start; at < length; at++) {
    const code = value.charCodeAt(at);
    if (code < zero || code > nine) return false;
  }
  return length < start + 19 || (start === 1 ? value <= smallest : value <= largest);
}

/**
 * Reads a text as a number that loses nothing: with at most 15 significant digits, or the shortest form of its double, or an integer of
 * 64 bits. One object serves many fields, so that nothing is allocated for one; it describes the last field for which `scan` is true.
 */
export class NumberScanner {
  /** The number; rounded when {@link isWide}. Never -0. */
  value = 0;
  /** How the number is written: the text follows from the number and this. See {@link form}. */
  form = 0;
  /** The last digit after the point is 0. */
  endsInZero = false;
  /** Neither point nor exponent. */
  isWhole = false;
  isNegative = false;
  /** An integer of more digits than a double is sure to hold. */
  isWide = false;
  /** Set when `form` has the bit `exponent`. */
  exponent: Exponent | undefined;

  /** Whether `text` is such a number. */
  scan(text: string): boolean {
    const { length } = text;
    let at = 0;
    const sign = text.charCodeAt(0);
    if (sign === minus || sign === plus) at = 1;
    const start = at;
    let mantissa = 0;
    let code = 0;
    while (at < length && (code = text.charCodeAt(at)) >= zero && code <= nine) {
      mantissa = mantissa * 10 + code - zero;
      at++;
    }
    const whole = at - start;
    if (whole > 1 && text.charCodeAt(start) === zero) return false;
    if (at === length) {
      if (whole === 0) return false;
      return mantissa < 1e15 ? this.#keep(mantissa, sign, 0, 0) : this.#scanWide(text);
    }
    if (code !== point) return this.#scanLong(text);
    const pointAt = at++;
    while (at < length && (code = text.charCodeAt(at)) >= zero && code <= nine) {
      mantissa = mantissa * 10 + code - zero;
      at++;
    }
    const decimals = at - pointAt - 1;
    if (at < length || mantissa >= 1e15 || decimals > 22 || whole + decimals === 0) return this.#scanLong(text);
    this.endsInZero = decimals > 0 && code === zero;
    return this.#keep(
      mantissa / powers[decimals]!,
      sign,
      decimals,
      (whole === 0 ? form.bare : 0) | (decimals === 0 ? form.openPoint : 0),
      false,
    );
  }

  #keep(size: number, sign: number, decimals: number, flags: number, isWhole = true): boolean {
    this.isNegative = sign === minus;
    this.value = sign === minus && size !== 0 ? -size : size;
    this.form = decimals | flags | (sign === plus ? form.plus : 0) | (sign === minus && size === 0 ? form.negativeZero : 0);
    this.isWhole = isWhole;
    if (isWhole) this.endsInZero = false;
    this.isWide = false;
    return true;
  }

  #scanWide(text: string): boolean {
    if (!isInteger(text)) return false;
    this.#keep(Math.abs(Number(text)), text.charCodeAt(0), 0, 0);
    this.isWide = true;
    return true;
  }

  /** A number with an exponent, or with more digits than fit into the exact steps of {@link scan}. */
  #scanLong(text: string): boolean {
    const [, sign, whole = "", pointText, decimals = "", letter, exponentSign, exponentDigits = ""] = numberPattern.exec(text) ?? [];
    if (sign === undefined || whole + decimals === "" || (letter !== undefined && isCode(pointText, exponentSign))) return false;
    const number = Math.abs(Number(text));
    const digits = whole + decimals;
    if (!isExact(number, digits) || decimals.length > form.decimals) return false;
    if (exponentDigits.length > 4 || Number(exponentDigits) > 511) return false;
    this.endsInZero = decimals.endsWith("0");
    const flags = (whole === "" ? form.bare : 0) | (pointText === "." && decimals === "" ? form.openPoint : 0);
    this.#keep(number, sign === "" ? 0 : sign.charCodeAt(0), decimals.length, flags, false);
    if (letter !== undefined) this.#keepExponent(letter, exponentSign as Exponent["sign"], exponentDigits, whole);
    return true;
  }

  #keepExponent(letter: string, sign: Exponent["sign"], digits: string, whole: string): void {
    const size = Number(digits);
    const value = sign === "-" && size > 0 ? -size : size;
    const capital = letter === "E";
    const isNormal = this.value === 0 ? whole === "0" && size === 0 && sign !== "-" : /^[1-9]$/.test(whole);
    this.exponent = { value, digits: digits.length, sign, capital, isNormal };
    this.form |=
      form.exponent | ((value + 512) << 14) | ((digits.length - 1) << 24) | (capital ? 1 << 26 : 0) | (["", "+", "-"].indexOf(sign) << 27);
  }
}

/** `1E5`, `32E0134`: more likely the code of a room or a part than a number, as programs write a point or a sign. */
export function isCode(pointText: string | undefined, exponentSign: string | undefined): boolean {
  return pointText === "" && exponentSign === "";
}

/** Whether decimal digits, which a number `size` was read from, follow from it again. */
export function isExact(size: number, digits: string): boolean {
  if (!Number.isFinite(size)) return false;
  const significant = trimZeros(digits);
  if (significant === "") return true;
  if (size < smallestNormal) return false;
  return significant.length <= 15 || significant === trimZeros(String(size).replace(/e.*$/, "").replace(".", ""));
}

function trimZeros(digits: string): string {
  return digits.replace(/^0+/, "").replace(/0+$/, "");
}
