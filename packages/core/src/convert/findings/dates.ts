/** What the parts of a date are, as far as one value tells. */
export type DateParts = "day-first" | "month-first" | "unclear" | "named" | "year-first";

const time = String.raw`(?:[T ,]+\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:[.,]\d+)?(?: ?[AaPp]\.?[Mm]\.?)?)?`;
const numeric = new RegExp(String.raw`^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})${time}$`);
const yearFirst = new RegExp(String.raw`^\d{4}([./-])(\d{1,2})\1(\d{1,2})${time}$`);
const months =
  "jan|feb|mar|mär|mrz|apr|may|mai|maj|jun|jui|jul|aug|ago|aoû|sep|set|oct|okt|out|oto|nov|dec|dez|dic|déc|ene|abr|avr|fev|fév|gen|mag|giu|lug|ott|gru|sty|lut|kwi|cze|lip|sie|wrz|paź|lis|mrt|mei|mars|avril|août";
const word = String.raw`(?:${months})[\p{L}]{0,8}\.?`;
const named = new RegExp(
  String.raw`^(?:\d{1,2}(?:st|nd|rd|th|\.)?[ /-](?:de )?${word}(?: de)?[ ,/-]+\d{2,4}|${word} \d{1,2}(?:st|nd|rd|th)?,? \d{4})${time}$`,
  "iu",
);

/**
 * The parts of a date that sorts wrongly as text; undefined: no date, or one that sorts right (`2024-01-31`).
 * A short year between dots or hyphens is told by `isShort`: codes look the same.
 */
export function datePartsOf(field: string): { readonly parts: DateParts; readonly isShort: boolean } | undefined {
  if (field.length < 6 || field.length > 40 || !/\d/.test(field)) return undefined;
  const text = field.trim();
  const match = numeric.exec(text);
  if (match !== null) return numericParts(Number(match[1]), Number(match[3]), match[2] !== "/" && match[4]!.length === 2);
  const year = yearFirst.exec(text);
  if (year !== null) {
    const [month, day] = [year[2]!, year[3]!];
    const isDate = Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31;
    return isDate && (month.length < 2 || day.length < 2) ? { parts: "year-first", isShort: false } : undefined;
  }
  return named.test(text) ? { parts: "named", isShort: false } : undefined;
}

function numericParts(first: number, second: number, isShort: boolean): { parts: DateParts; isShort: boolean } | undefined {
  if (first < 1 || second < 1 || Math.max(first, second) > 31 || Math.min(first, second) > 12) return undefined;
  return { parts: first > 12 ? "day-first" : second > 12 ? "month-first" : "unclear", isShort };
}
