import { datePartsOf } from "./dates.ts";
import { isPlainNumber, numberStyleOf } from "./numbers.ts";

/** What a field looks like, as far as names hardly do. */
export type Shape = "number" | "date" | "time" | "e-mail" | "address of a page" | "uuid" | "other";

const isoDate = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$/;
const time = /^\d{1,2}:\d{2}(?::\d{2})?$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a field is a number, plain or as people write it, or a code of digits. */
export function isNumberLike(field: string): boolean {
  return isPlainNumber(field) || /^\d+$/.test(field) || numberStyleOf(field) !== undefined;
}

/** The shape of a field without spaces around it. */
export function shapeOf(field: string): Shape {
  if (isNumberLike(field)) return "number";
  if (isoDate.test(field) || datePartsOf(field) !== undefined) return "date";
  if (time.test(field)) return "time";
  if (uuid.test(field)) return "uuid";
  if (/^https?:\/\//i.test(field)) return "address of a page";
  return /^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i.test(field) ? "e-mail" : "other";
}
