import { PublishError } from "../../errors/publish-error.ts";
import { setOption } from "../../errors/remedies.ts";
import type { WrittenDate } from "./date-text.ts";
import { monthOf, weekdayOf } from "./date-words.ts";
import { fullYear, hourOf, isoOffset, isTime, midnight, type Day, type Time } from "./iso-date.ts";

/** Directives of strptime, each with what it matches. */
const directives: Readonly<Record<string, string>> = {
  Y: String.raw`\d{4}`,
  y: String.raw`\d{2}`,
  m: String.raw`\d{1,2}`,
  b: String.raw`\p{L}+\.?`,
  d: String.raw`\d{1,2}`,
  j: String.raw`\d{1,3}`,
  a: String.raw`\p{L}+\.?`,
  H: String.raw`\d{1,2}`,
  I: String.raw`\d{1,2}`,
  p: String.raw`[ap]\.?m\.?`,
  M: String.raw`\d{1,2}`,
  S: String.raw`\d{1,2}`,
  f: String.raw`\d{1,9}`,
  z: String.raw`Z|[+-]\d\d(?::?\d\d)?`,
  Z: "UTC|GMT|Z",
};

/** Directives that stand for others. */
const longForms: Readonly<Record<string, string>> = {
  B: "%b",
  h: "%b",
  A: "%a",
  e: "%d",
  D: "%m/%d/%y",
  F: "%Y-%m-%d",
  R: "%H:%M",
  T: "%H:%M:%S",
  n: " ",
  t: " ",
};

/** What means something else in a regular expression. */
const special = /[\\^$.*+?()[\]{}|/]/g;

/** What a format finds in a text, by directive. */
type Parts = Readonly<Record<string, string | undefined>>;

/**
 * Makes a reader of dates that are written in one format of strptime (POSIX), such as `%d.%m.%Y`.
 *
 * @throws PublishError `OPTION_INVALID` for a directive that is not known or comes twice, or a format without year, month and day
 */
export function dateFormat(format: string): (field: string) => WrittenDate | undefined {
  const found: string[] = [];
  const source = expand(format).replace(/%(.?)|\s+|[^%\s]+/gsu, (text, directive?: string) => {
    if (directive === undefined) return /^\s/.test(text) ? String.raw`\s+` : text.replace(special, String.raw`\$&`);
    if (directive === "%") return "%";
    const pattern = Object.hasOwn(directives, directive) ? directives[directive] : undefined;
    if (pattern === undefined) throw wrongFormat(format, `has ${text}, which is no directive of strptime`);
    if (found.includes(directive)) throw wrongFormat(format, `has ${text} twice`);
    found.push(directive);
    return `(?<${directive}>${pattern})`;
  });
  requireDay(format, found);
  const pattern = new RegExp(`^${source}$`, "iu");
  return (field) => {
    const parts = pattern.exec(field.trim())?.groups;
    return parts === undefined ? undefined : toDate(parts);
  };
}

function expand(format: string): string {
  return format.replace(/%(.)/gsu, (text, directive: string) => (Object.hasOwn(longForms, directive) ? longForms[directive]! : text));
}

function requireDay(format: string, found: readonly string[]): void {
  const has = (...any: string[]): boolean => any.some((directive) => found.includes(directive));
  if (!has("Y", "y")) throw wrongFormat(format, "has no year: %Y or %y");
  if (!has("j") && !has("m", "b")) throw wrongFormat(format, "has no month: %m or %b");
  if (!has("j", "d")) throw wrongFormat(format, "has no day: %d");
}

function wrongFormat(format: string, problem: string): PublishError {
  const remedy = setOption("datetimeFormat", undefined, "with a format such as %d.%m.%Y");
  return new PublishError("OPTION_INVALID", `The date format ${JSON.stringify(format)} ${problem}.`, remedy, {
    option: "datetimeFormat",
    format,
  });
}

function toDate(parts: Parts): WrittenDate | undefined {
  const day = toDay(parts);
  const time = toTime(parts);
  const weekday = parts["a"] === undefined ? undefined : weekdayOf(parts["a"]);
  if (day === undefined || (time !== undefined && !isTime(time)) || (parts["a"] !== undefined && weekday === undefined)) return undefined;
  return { day, ...(time && { time }), ...(weekday !== undefined && { weekday }) };
}

function toDay({ Y, y, m, b, d, j }: Parts): Day | undefined {
  const year = Y === undefined ? fullYear(Number(y)) : Number(Y);
  if (j !== undefined) return dayOfYear(year, Number(j));
  const month = m === undefined ? monthOf(b!) : Number(m);
  return month === undefined ? undefined : { year, month, day: Number(d) };
}

function dayOfYear(year: number, day: number): Day | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, 0, day);
  return date.getUTCFullYear() === year ? { year, month: date.getUTCMonth() + 1, day: date.getUTCDate() } : undefined;
}

/** Undefined when the format has no time. An hour that a day does not have makes one that is none. */
function toTime({ H, I, p, M, S, f, z, Z }: Parts): Time | undefined {
  if (H === undefined && I === undefined) return undefined;
  const hour = H === undefined ? (hourOf(Number(I), p ?? "am") ?? NaN) : Number(H);
  return { ...midnight, hour, minute: Number(M ?? 0), second: Number(S ?? 0), fraction: f ?? "", offset: isoOffset(z ?? Z) };
}
