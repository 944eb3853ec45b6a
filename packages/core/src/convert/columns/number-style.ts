import type { NumberStyle } from "../settings/settings.ts";
import type { Rewriter } from "./rewriter.ts";

type Mark = "." | ",";

/**
 * A number without its sign, by its decimal mark. Thousands are parted by a space of any kind, an apostrophe or the other mark, always
 * the same one; with commas also as in India: `12,34,567`.
 */
const patterns: Readonly<Record<Mark, RegExp>> = {
  ",": /^(?<whole>\d+|\d{1,3}(?:(?<part>[.\s'’])\d{3})(?:\k<part>\d{3})*)(?:,(?<decimals>\d+))?$/,
  ".": /^(?<whole>\d+|\d{1,3}(?:(?<part>[\s'’])\d{3})(?:\k<part>\d{3})*|\d{1,3}(?:,\d{2,3})*,\d{3})(?:\.(?<decimals>\d+))?$/,
};
const signed = /^([+-]?)(.*)$/s;
const percent = /^([+-]?)(.*?)\s*%?$/s;
/** A sign of up to four letters or symbols on one side, and a minus before or after: `-$5`, `$ -5`, `5 €`, `300-`, `(300)`. */
const money =
  /^(?<open>\()?(?<minus>[+-])?\s*(?<before>[^\d\s().,+'’%-]{1,4}\.?)?\s*(?<inner>[+-])?\s*(?<digits>[\d.,\s'’]*\d)\s*(?<after>[^\d\s().,+'’%-]{1,4}\.?)?\s*(?<last>-)?(?<close>\))?$/u;

/** A number without its sign, cut at its decimal mark. */
interface Digits {
  readonly whole: string;
  readonly decimals: string;
  readonly isGrouped: boolean;
}

function splitDigits(text: string, mark: Mark): Digits | undefined {
  const { whole, decimals = "" } = patterns[mark].exec(text.startsWith(mark) ? `0${text}` : text)?.groups ?? {};
  if (whole === undefined) return undefined;
  return { whole: whole.replace(/\D/g, "").replace(/^0+(?=\d)/, ""), decimals, isGrouped: /\D/.test(whole) };
}

function toText(isNegative: boolean, { whole, decimals }: Digits): string {
  return `${isNegative ? "-" : ""}${whole}${decimals === "" ? "" : `.${decimals}`}`;
}

/** Spaces around a field are no part of a number; U+2212 is the minus of typesetters. */
const clean = (field: string): string => field.trim().replace("−", "-");

function readSigned(field: string, mark: Mark): string | undefined {
  const [, sign, text] = signed.exec(clean(field))!;
  const digits = splitDigits(text!, mark);
  return digits && toText(sign === "-", digits);
}

/** `12 %` is 12: the sign goes, as a currency's does, and the digits stay, so that `12` beside it is the same. */
function readPercent(field: string, mark: Mark): string | undefined {
  const [, sign, text] = percent.exec(clean(field))!;
  const digits = splitDigits(text!, mark);
  return digits && toText(sign === "-", digits);
}

/** Reads amounts of one currency, that of the first amount that has a sign: two currencies must not become one number. */
class Amounts {
  #currency: string | undefined;

  read(field: string, mark: Mark): string | undefined {
    const { open, minus, before, inner, digits: text, after, last, close } = money.exec(clean(field))?.groups ?? {};
    const signs = [open, minus, inner, last].filter((sign) => sign !== undefined);
    if (text === undefined || (open === undefined) !== (close === undefined) || signs.length > 1) return undefined;
    if (before !== undefined && after !== undefined) return undefined;
    const digits = splitDigits(text, mark);
    // 1,234 and 1.234 are thousands: amounts have no three decimals.
    if (digits === undefined || (digits.decimals.length === 3 && !digits.isGrouped)) return undefined;
    const currency = before ?? after;
    if (currency !== undefined && currency !== (this.#currency ??= currency)) return undefined;
    return toText(signs.length === 1 && signs[0] !== "+", digits);
  }
}

const marks: readonly Mark[] = [".", ","];
const bothMarks = ["decimal point", "decimal comma"];
/** Characters of the longest field that is read. */
const longest = 100;

/** Rewrites numbers as people write them: no digit changes, so that nothing is rounded. */
export function numberRewriter(style: NumberStyle): Rewriter {
  const { read, ...rewriter } = rewriters[style]();
  return { as: style, isNumber: true, ...rewriter, read: (field, way) => (field.length > longest ? undefined : read(field, way)) };
}

const rewriters: Readonly<Record<NumberStyle, () => Omit<Rewriter, "as" | "isNumber">>> = {
  "decimal-comma": () => ({ noun: "numbers with a decimal comma", ways: ["decimal comma"], read: (field) => readSigned(field, ",") }),
  thousands: () => ({ noun: "numbers with a decimal point", ways: ["decimal point"], read: (field) => readSigned(field, ".") }),
  percent: () => ({
    noun: "percentages",
    ways: bothMarks,
    // 1,234 % is rather little more than one than a thousand.
    assume: (field) => marks.indexOf(/,\d{3}(?!\d)/.test(field) ? "," : "."),
    read: (field, way) => readPercent(field, marks[way]!),
  }),
  currency: () => {
    const amounts = new Amounts();
    return { noun: "amounts of one currency", ways: bothMarks, read: (field, way) => amounts.read(field, marks[way]!) };
  },
};
