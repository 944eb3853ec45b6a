import type { DateOrder } from "../settings/settings.ts";
import { copyText } from "../copy-text.ts";
import { dateFormat } from "./date-format.ts";
import { dayBy, readDate, type PartOrder, type WrittenDate } from "./date-text.ts";
import { isoDate, isoTime, midnight } from "./iso-date.ts";
import type { Rewriter } from "./rewriter.ts";

/** Orders to tell apart. The first is assumed where nothing tells, as csvs-to-sqlite does, but for dates with points: `01.02.2024`. */
const orders: readonly PartOrder[] = ["month-first", "day-first", "year-first"];
const withPoints = /\d\.\d/;

/** Texts whose date is remembered: a column often has few days in many records. */
const mostRemembered = 10_000;

type ReadText = (field: string) => WrittenDate | undefined;

/**
 * Rewrites dates as ISO 8601: `2024-01-31`, `2024-01-31T18:30:00`. A date without a time is at midnight.
 *
 * @param formats of strptime; the first that fits is taken. Empty: what people and programs usually write.
 * @throws PublishError `OPTION_INVALID` for a format that cannot be read
 */
export function dateRewriter(as: "date" | "datetime", order: DateOrder, formats: readonly string[]): Rewriter {
  const readText = remembering(formats.length === 0 ? readDate : firstOf(formats.map(dateFormat)));
  const tried = formats.length > 0 ? orders.slice(0, 1) : order === "auto" ? orders : [order];
  return {
    as,
    isNumber: false,
    noun: "dates",
    ways: tried,
    assume: (field) => (withPoints.test(field) ? tried.indexOf("day-first") : 0),
    read: (field, way) => {
      const written = readText(field);
      const day = written && dayBy(tried[way]!, written);
      if (day === undefined) return undefined;
      return as === "date" ? isoDate(day) : `${isoDate(day)}T${isoTime(written!.time ?? midnight)}`;
    },
    ...(as === "date" && { leavesOutTime: (field: string) => hasTime(readText(field)) }),
  };
}

function firstOf(readers: readonly ReadText[]): ReadText {
  return (field) => {
    for (const read of readers) {
      const date = read(field);
      if (date !== undefined) return date;
    }
    return undefined;
  };
}

/** Remembers the dates of some texts, and of the last one, which is read once for each order. */
function remembering(read: ReadText): ReadText {
  const known = new Map<string, WrittenDate | undefined>();
  let last = "";
  let lastDate: WrittenDate | undefined;
  return (field) => {
    if (field === last) return lastDate;
    const isKnown = known.has(field);
    lastDate = isKnown ? known.get(field) : read(field);
    last = field;
    if (!isKnown && known.size < mostRemembered) known.set(copyText(field), lastDate);
    return lastDate;
  };
}

/** Whether a date is written with a time other than midnight. */
function hasTime(written: WrittenDate | undefined): boolean {
  if (written?.time === undefined) return false;
  const { hour, minute, second, fraction } = written.time;
  return hour + minute + second > 0 || /[1-9]/.test(fraction);
}
