import { isExact, isInteger, NumberScanner } from "./number-scanner.ts";

/** What a column of a numeric affinity takes for a number, spaces around it included (sqlite.org/datatype3.html, section 3). */
const sqliteNumber = /^[ \t\n\v\f\r]*([+-]?)(?:(\d+)|(\d+\.\d*|\.\d+|\d+)(e[+-]?\d+)?)[ \t\n\v\f\r]*$/i;

/** Most numbers are plain ones, for which no regular expression is needed. */
const scanner = new NumberScanner();

/** The field where SQLite takes it for a number in a column of numbers; else undefined, and it stays text there. */
export function asSqliteReads(field: string): string | undefined {
  return scanner.scan(field) || sqliteNumber.test(field) ? field : undefined;
}

/** Whether a text that {@link asSqliteReads} takes has neither point nor exponent. */
export function isWhole(text: string): boolean {
  return /^\s*[+-]?\d+\s*$/.test(text);
}

/** The number of a text that {@link asSqliteReads} takes, as an INTEGER of 64 bits or a double; undefined when digits would be lost. */
export function exactNumber(text: string): number | bigint | undefined {
  if (scanner.scan(text)) return scanner.isWide ? BigInt(text) : scanner.value;
  const [, sign = "", whole, decimal = ""] = sqliteNumber.exec(text)!;
  const integer = whole?.replace(/^0+(?=\d)/, "");
  if (integer !== undefined && isInteger(sign === "-" && integer !== "0" ? `-${integer}` : integer))
    return integer.length > 15 ? BigInt(integer) * (sign === "-" ? -1n : 1n) : Number(sign + integer) + 0;
  const number = Number(text);
  return isExact(Math.abs(number), (whole ?? decimal).replace(".", "")) ? number + 0 : undefined;
}

/** Whether a double holds the number as it is. */
export function isDouble(number: number | bigint): boolean {
  return typeof number === "number" || BigInt(Number(number)) === number;
}
