import type { SQLInputValue, SQLOutputValue } from "node:sqlite";
import type { ColumnPlan } from "./column-plan.ts";

/**
 * Whether a table holds what a field says: its text, the same decimal number, or NULL for nothing. Found without the code that chose the
 * type, except where another reading was asked for: then it is what that gives.
 *
 * @param value as the table has it, integers as BigInt
 * @param expected what the field becomes
 * @param field null: the file has no such field
 */
export function holds(value: SQLOutputValue, expected: SQLInputValue, field: string | null, plan: ColumnPlan): boolean {
  const { lookup, isConverted, nullWords } = plan;
  if (field === null) return value === null;
  if (expected === null) return value === null && (field === "" || nullWords.includes(field) || isConverted);
  if (lookup) return value === (isConverted && typeof expected === "string" ? expected : field);
  if (isConverted) return isAsConverted(value, expected);
  return typeof value === "string" ? value === field : (typeof value === "bigint" || typeof value === "number") && isNumber(value, field);
}

/** A column of another type holds a text that looks like a number as one. */
function isAsConverted(value: SQLOutputValue, expected: SQLInputValue): boolean {
  if (value === expected) return true;
  return value !== null && typeof value !== typeof expected && Number(value) === Number(expected);
}

/** Whether a number has the digits of a text: as SQLite writes it, or rounded to the 15 digits that every double keeps. */
export function isNumber(value: number | bigint, field: string): boolean {
  const text = String(value);
  if (text === field) return true;
  const wanted = canonical(field);
  if (wanted === undefined) return false;
  return wanted === canonical(text) || (typeof value === "number" && wanted === canonical(value.toPrecision(15)));
}

const decimal = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/;

/** A decimal number as its digits without zeros around them, and the power of ten of the last one. */
function canonical(number: string): string | undefined {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = decimal.exec(number) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  if (whole + fraction === "") return undefined;
  const short = digits.replace(/0+$/, "");
  if (short === "") return "0";
  return `${sign === "-" ? "-" : ""}${short}e${Number(exponent) - fraction.length + digits.length - short.length}`;
}
