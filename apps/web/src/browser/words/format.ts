/** How this language writes numbers, sizes and times. */
const language = "en-GB";
const numbers = new Intl.NumberFormat(language);
const percents = new Intl.NumberFormat(language, { style: "percent" });
const days = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric" });
const moments = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const plurals = new Intl.PluralRules(language);
const lists = new Intl.ListFormat(language, { type: "conjunction" });

export const formatNumber = (value: number): string => numbers.format(value);

/** `61 %` of what is to be done; nothing where nobody knows how much that is. */
export function formatShare(done: number, total: number | null): string {
  return total === null || total === 0 ? "" : percents.format(Math.min(1, Math.floor((done / total) * 100) / 100));
}

/** `1.2 MB`, in powers of 1000 as file managers show it. */
export function formatBytes(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const options = { style: "unit", unit: units[power] ?? "byte", unitDisplay: power === 0 ? "long" : "short" } as const;
  return new Intl.NumberFormat(language, { ...options, maximumFractionDigits: power === 0 ? 0 : 1 }).format(bytes / 1000 ** power);
}

export const formatDay = (ms: number): string => days.format(ms);

export const formatMoment = (ms: number): string => moments.format(ms);

/** `1 row`, `1,000 rows`. */
export function countOf(count: number, one: string, other: string): string {
  return `${formatNumber(count)} ${plurals.select(count) === "one" ? one : other}`;
}

/** `a, b and c`. */
export const formatList = (items: readonly string[]): string => lists.format(items);
