import type { Column, Conversion, Evidence, TypeReason, TypeRule } from "../dataset.ts";
import { placeOf, shownText } from "./evidence-text.ts";

/** Why a column has its type, in plain words: `"10.10" on line 4 is the same number as "10.1"`. A value that is not to be shown is not in `column`. */
export function explain({ type, reason, converted }: Pick<Column, "type" | "reason" | "converted">): string {
  const why = sentences[reason.rule](reason, type);
  return converted === undefined ? why : `${why}; ${explainConversion(converted)}`;
}

const at = (evidence: Partial<Evidence>): string => `${shownText(evidence)}${placeOf(evidence)}`;

const sentences: Readonly<Record<TypeRule, (reason: TypeReason, type: Column["type"]) => string>> = {
  integers: () => "every value is a whole number",
  decimals: (reason) => `every value is a number; the first that is not whole is ${at(reason)}`,
  blank: () => "there is no value",
  given: (_, type) => `${type} is what you asked for`,
  dates: () => "you asked for dates, which are kept as text",
  words: (reason) => `${at(reason)} is not a number`,
  spaces: (reason) => `${at(reason)} has spaces around its number`,
  "leading-zero": (reason) => `${at(reason)} would lose its leading zero`,
  "plus-sign": (reason) => `${at(reason)} would lose its plus`,
  "exponent-code": (reason) => `${at(reason)} looks like a code: a number has a point or a sign beside its E`,
  "too-many-digits": (reason, type) =>
    type === "NUMERIC" ? `${at(reason)} has more digits than REAL keeps` : `${at(reason)} has more digits than a number keeps`,
  "out-of-range": (reason) => `${at(reason)} is beyond the numbers that SQLite holds`,
  "same-number-twice": (reason) =>
    `${at(reason)} and ${reason.other === undefined ? "an earlier text" : JSON.stringify(reason.other)} are one number`,
  "too-many-to-compare": (reason) =>
    `there are too many different numbers, written in several ways, to compare them all; the first too many is ${at(reason)}`,
  "unread-number": (reason) => `${at(reason)} stays as it is, and a column of numbers would change it`,
};

function explainConversion({ as, count, way, unread }: Conversion): string {
  const read = `${count} ${count === 1 ? "value" : "values"} read as ${as}${way === undefined ? "" : `, ${way}`}`;
  if (unread === undefined) return read;
  return `${read}; ${unread.count} ${unread.count === 1 ? "stays" : "stay"} as written, the first ${at(unread)}`;
}
