import type { Column } from "../dataset.ts";

const integerPattern = /^(?:0|-?[1-9]\d*)$/;
const realPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const smallestNormal = 2.2250738585072014e-308;

/** Whether `value` is a canonical integer (no `+`, no leading zero) that SQLite's INTEGER (64 bits, signed) holds. */
export function isInteger(value: string): boolean {
  if (!integerPattern.test(value)) return false;
  if (value.length <= 18) return true;
  return value.length <= 20 && BigInt.asIntN(64, BigInt(value)) === BigInt(value);
}

function significantDigits(number: string): string {
  return number.replace(/^-/, "").replace(/e.*$/i, "").replace(".", "").replace(/^0+/, "");
}

/**
 * Whether `value` is a decimal number whose digits survive as a double (IEEE 754 binary64): at most 15 significant
 * digits, or exactly the shortest form of its double, as programs print them (`0.30000000000000004`).
 */
export function isReal(value: string): boolean {
  if (!realPattern.test(value)) return false;
  const number = Number(value);
  if (!Number.isFinite(number)) return false;
  const digits = significantDigits(value);
  if (/^0*$/.test(digits)) return true;
  if (Math.abs(number) < smallestNormal) return false;
  if (digits.length <= 15) return true;
  if (!/[.e]/i.test(value)) return false;
  const short = digits.replace(/0+$/, "");
  return short.length <= 15 || short === significantDigits(String(number)).replace(/0+$/, "");
}

/** What one column of a CSV file has shown so far, and so its type: the narrowest one that loses nothing. */
export class ColumnProfile {
  type: Column["type"] = "INTEGER";
  blanks = 0;
  example: string | null = null;
  /** An integer too long to be exact as a double was seen: one decimal then makes the column TEXT. */
  #wide = false;

  add(value: string): void {
    if (value === "") {
      this.blanks++;
      return;
    }
    // A copy: a slice would keep the whole piece of file text alive.
    this.example ??= Buffer.from(value).toString();
    if (this.type === "TEXT") return;
    if (this.type === "INTEGER") {
      if (isInteger(value)) {
        if (value.length > 15) this.#wide ||= !isReal(value);
        return;
      }
      this.type = this.#wide ? "TEXT" : "REAL";
    }
    if (this.type === "REAL" && !isReal(value)) this.type = "TEXT";
  }

  /** The type to declare: TEXT for a column of blanks only. */
  get declaredType(): Column["type"] {
    return this.example === null ? "TEXT" : this.type;
  }
}
