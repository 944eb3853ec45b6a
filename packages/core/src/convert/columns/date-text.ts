import { isFiller, monthOf, weekdayOf } from "./date-words.ts";
import { fullYear, hourOf, isDay, isoOffset, isTime, weekdayOfDay, type Day, type Time } from "./iso-date.ts";

/** A date as it is written: a day, or three numbers of which only others tell the order. */
export interface WrittenDate {
  readonly day?: Day;
  readonly parts?: readonly [string, string, string];
  readonly time?: Time;
  /** From 0 for Sunday. */
  readonly weekday?: number;
}

const iso = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/;
const compact = /^(\d{4})(\d\d)(\d\d)$/;
const clock =
  /(?<![\d:])(\d{1,2})[:h](\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:\s*([ap])\.?m\b\.?)?(?:\s*(Z|UTC|GMT)\b|\s+([+-]\d{4})\b)?(?!\d|:)/i;
const hourOnly = /(?<![\d:.])(\d{1,2})\s*([ap])\.?m\b\.?/i;
const numeric = /^(\d{1,4})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,4})\.?$/;
const ordinal = /^(\d{1,2})(?:st|nd|rd|th|er|[ºª°])?$/i;
const shortYear = /^['’](\d\d)$/;

/** Characters of the longest field that is read. */
const longest = 100;

/**
 * Reads a date, with or without a time, as people and programs write it. Every part of the text must be understood, and day, month and
 * year must all be there: neither `May 2020` nor `yesterday` is read.
 */
export function readDate(field: string): WrittenDate | undefined {
  if (field.length > longest) return undefined;
  const text = field.trim();
  const written = readIso(text) ?? readClock(text);
  return written?.time !== undefined && !isTime(written.time) ? undefined : written;
}

function readIso(text: string): WrittenDate | undefined {
  const [, year, month, day, hour, minute = 0, second = 0, fraction = "", offset] = iso.exec(text) ?? compact.exec(text) ?? [];
  if (year === undefined) return undefined;
  const date = { day: { year: Number(year), month: Number(month), day: Number(day) } };
  if (hour === undefined) return date;
  return { ...date, time: { hour: Number(hour), minute: Number(minute), second: Number(second), fraction, offset: isoOffset(offset) } };
}

/** Takes the time out of the text, and reads the rest as a date. */
function readClock(text: string): WrittenDate | undefined {
  const full = clock.exec(text);
  const match = full ?? hourOnly.exec(text);
  if (match === null) return readDay(text);
  const [whole, , minute = 0, second = 0, fraction = ""] = full ?? [match[0]];
  const hour = hourOf(Number(match[1]), full === null ? match[2] : full[5]);
  const date = readDay(`${text.slice(0, match.index)} ${text.slice(match.index + whole.length)}`.trim());
  if (hour === undefined || date === undefined) return undefined;
  return { ...date, time: { hour, minute: Number(minute), second: Number(second), fraction, offset: isoOffset(full?.[6] ?? full?.[7]) } };
}

function readDay(text: string): WrittenDate | undefined {
  const words: string[] = [];
  let rest = text;
  // A weekday before numbers: "Wed 03/05/2017".
  for (let match; (match = /^(\p{L}[\p{L}'’-]*)\.?,?\s+(?=.*\d)/u.exec(rest)) !== null; rest = rest.slice(match[0].length))
    words.push(match[1]!);
  const [, first, , second, third] = numeric.exec(rest.replace(/,$/, "")) ?? [];
  if (first === undefined) return readNamed(text);
  const weekday = weekdayIn(words);
  if (weekday === null) return undefined;
  return { parts: [first, second!, third!], ...(weekday === undefined ? {} : { weekday }) };
}

/** The weekday among words that otherwise say nothing; undefined: there is none; null: other words are there. */
function weekdayIn(words: readonly string[]): number | undefined | null {
  const named = words.filter((word) => !isFiller(word));
  if (named.length === 0) return undefined;
  return named.length === 1 ? (weekdayOf(named[0]!) ?? null) : null;
}

/** A date with the month's name. */
function readNamed(text: string): WrittenDate | undefined {
  const tokens = text.split(/[\s,./-]+/).filter((token) => token !== "" && !isFiller(token));
  const numbers = tokens.filter((token) => /\d/.test(token));
  const words = tokens.filter((token) => !/\d/.test(token));
  const month = words.length === 1 ? words[0]! : words.find((word) => monthOf(word) !== undefined && weekdayOf(word) === undefined);
  if (month === undefined || numbers.length !== 2 || words.length > 2) return undefined;
  const weekday = weekdayIn(words.filter((word) => word !== month));
  const day = dayOf(numbers as [string, string], monthOf(month));
  if (weekday === null || day === undefined) return undefined;
  return { day, ...(weekday === undefined ? {} : { weekday }) };
}

function dayOf([first, second]: readonly [string, string], month: number | undefined): Day | undefined {
  const year = yearOf(second);
  const day = ordinal.exec(first)?.[1];
  if (month === undefined) return undefined;
  if (year !== undefined && day !== undefined) return { year, month, day: Number(day) };
  // 2017 May 3
  const last = ordinal.exec(second)?.[1];
  return /^\d{4}$/.test(first) && last !== undefined ? { year: Number(first), month, day: Number(last) } : undefined;
}

function yearOf(text: string): number | undefined {
  if (/^\d{4}$/.test(text)) return Number(text);
  const two = shortYear.exec(text)?.[1] ?? (/^\d\d$/.test(text) ? text : undefined);
  return two === undefined ? undefined : fullYear(Number(two));
}

/** The order of day, month and year. */
export type PartOrder = "day-first" | "month-first" | "year-first";

/** The day of a date by an order; undefined when the date cannot be in that order, or names another weekday. */
export function dayBy(order: PartOrder, { day, parts, weekday }: WrittenDate): Day | undefined {
  const found = day ?? dayOfParts(order, parts!);
  if (found === undefined || !isDay(found)) return undefined;
  return weekday === undefined || weekday === weekdayOfDay(found) ? found : undefined;
}

function dayOfParts(order: PartOrder, [first, second, third]: readonly [string, string, string]): Day | undefined {
  const [a, b, c] = [Number(first), Number(second), Number(third)];
  if ([first, third].some(({ length }) => length === 3) || first.length + third.length > 6) return undefined;
  if (first.length === 4) return { year: a, month: b, day: c };
  if (third.length === 1) return undefined;
  if (third.length === 4)
    return order === "year-first" ? undefined : order === "day-first" ? { year: c, month: b, day: a } : { year: c, month: a, day: b };
  if (order === "year-first") return first.length === 2 ? { year: fullYear(a), month: b, day: c } : undefined;
  return order === "day-first" ? { year: fullYear(c), month: b, day: a } : { year: fullYear(c), month: a, day: b };
}
