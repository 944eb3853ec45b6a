import { setOption, type Remedy } from "../../errors/remedies.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import type { Conversion, Evidence } from "../dataset.ts";
import { placeOf, shownText } from "./evidence-text.ts";
import type { Rewriter } from "./rewriter.ts";

/** What there is to tell of a column that was rewritten. */
export interface Rewriting {
  readonly rewriter: Rewriter;
  /** Position of the way that was taken. */
  readonly way: number;
  readonly converted: Conversion;
  /** Fields with a time that was left out. */
  readonly timed: (Evidence & { readonly count: number }) | undefined;
  /** Another way that fits as well. */
  readonly rival: { readonly way: number; readonly differing: Evidence } | undefined;
}

/** The column, as messages name it. */
interface Named {
  readonly file: string;
  readonly table: string;
  readonly column: string;
  /** Whether values may be shown. */
  readonly isShown: boolean;
}

/** Tells what could not be read, what was assumed, and what was left out. */
export function rewritingNotices({ rewriter, way, converted, timed, rival }: Rewriting, named: Named): Warning[] {
  return [
    ...(converted.unread ? [unreadWarning(converted.unread, rewriter, named)] : []),
    ...(rival ? [assumedWarning(rewriter, way, rival, named)] : []),
    ...(timed ? [timesWarning(timed, named)] : []),
  ];
}

function unreadWarning(
  unread: NonNullable<Conversion["unread"]>,
  { noun, as }: Rewriter,
  { file, table, column, isShown }: Named,
): Warning {
  const { count, line } = unread;
  const which = count === 1 ? "1 value" : `${count} values`;
  const remedies: Remedy[] = isShown ? [setOption("null", `${table}.${column}=${unread.value!}`, "if it stands for no value")] : [];
  if (as === "date" || as === "datetime") remedies.push(setOption("datetimeFormat", undefined, "if the column has a format of its own"));
  return warning(
    "VALUES_UNREAD",
    `${file}: ${which} of the column ${column} cannot be read as ${noun}, and stay${count === 1 ? "s" : ""} as ${count === 1 ? "it is" : "they are"}; the first is ${shownText(unread, isShown)}${placeOf(unread)}.`,
    { file: unread.file ?? file, table, column, count, line, ...(isShown && { text: unread.value! }), as },
    remedies,
  );
}

function assumedWarning(
  rewriter: Rewriter,
  way: number,
  { way: other, differing }: NonNullable<Rewriting["rival"]>,
  named: Named,
): Warning {
  const { file, table, column, isShown } = named;
  const [taken, rival] = [rewriter.ways[way]!, rewriter.ways[other]!];
  const field = differing.value!;
  const example = isShown
    ? `${shownText(differing, true)}${placeOf(differing)} becomes ${rewriter.read(field, way)}, and could be ${rewriter.read(field, other)}`
    : `look at the value${placeOf(differing)}`;
  return warning(
    "READING_ASSUMED",
    `${file}: nothing in the column ${column} tells whether it is ${taken} or ${rival}, and it is read as ${taken}: ${example}.`,
    { file: differing.file ?? file, table, column, line: differing.line, ...(isShown && { text: field }), taken, rival },
    rewriter.isNumber
      ? `If it is ${rival}, write the numbers without a mark between thousands.`
      : setOption(rewriter.as, `${table}.${column}=${rival}`, `if it is ${rival}`),
  );
}

function timesWarning(timed: NonNullable<Rewriting["timed"]>, { file, table, column, isShown }: Named): Warning {
  const { count, line } = timed;
  return warning(
    "TIMES_LEFT_OUT",
    `${file}: ${count === 1 ? "1 value" : `${count} values`} of the column ${column} had a time, which a date leaves out; the first is ${shownText(timed, isShown)}${placeOf(timed)}.`,
    { file: timed.file ?? file, table, column, count, line, ...(isShown && { text: timed.value! }) },
    setOption("datetime", `${table}.${column}`, "to keep the times"),
  );
}
