import type { NumberStyle } from "../settings/settings.ts";

const zero = 48;
const nine = 57;
const plus = 43;
const minus = 45;
const point = 46;

/** Whether a field is a number as programs write it. A leading zero makes it a code. Called for each field: no regular expression in the usual case. */
export function isPlainNumber(field: string): boolean {
  const start = field.charCodeAt(0) === minus || field.charCodeAt(0) === plus ? 1 : 0;
  let at = start;
  let code = field.charCodeAt(at);
  while (code >= zero && code <= nine) code = field.charCodeAt(++at);
  let digits = at - start;
  if (digits > 1 && field.charCodeAt(start) === zero) return false;
  if (code === point) {
    code = field.charCodeAt(++at);
    const decimals = at;
    while (code >= zero && code <= nine) code = field.charCodeAt(++at);
    digits += at - decimals;
  }
  if (digits === 0) return false;
  return at === field.length || /^[eE][+-]?\d{1,3}$/.test(field.slice(at));
}

const currency = String.raw`(?:[$€£¥₹₽₩₺₴฿₦₱₪]|[A-Z]{0,3}\$|kr\.?|zł|Kč|Fr\.?|CHF|EUR|USD|GBP|JPY|PLN|SEK|NOK|DKK|CZK|HUF|CAD|AUD|INR|BRL|RUB)`;
const gap = String.raw`[ \u00a0\u202f]?`;
const amount = new RegExp(`^(?:[-−+]${gap})?(?:${currency}${gap}[-−+]?(.*?)|(.*?)${gap}${currency})$`, "u");
const percent = new RegExp(`^([-−+]?.*?)${gap}[%‰]$`, "u");
const grouped = {
  "decimal-comma": /^[-−+]?(?:\d+,\d+|\d{1,3}(?:[. \u00a0\u202f'’]\d{3})+(?:,\d+)|\d{1,3}(?:\.\d{3}){2,})$/u,
  thousands: /^[-−+]?\d{1,3}(?:(?:,\d{3})+(?:\.\d+)?|(?:['’ \u00a0\u202f]\d{3})+(?:\.\d+)?)$/u,
};
/** `1,234`: thousands to one, a decimal comma to another. */
const either = /^[-−+]?[1-9]\d{0,2},\d{3}$/;

/** How a number is written that is no plain one; `either`: thousands or a decimal comma; `spaced`: a plain one with spaces around it. */
export type WrittenStyle = NumberStyle | "either" | "spaced";

/** How people write a number in this field, such as `1.234,5`, `$1,234.50`, `12 %`; undefined: it is plain, or none. */
export function numberStyleOf(field: string): WrittenStyle | undefined {
  if (field.length > 30 || !/\d/.test(field)) return undefined;
  const text = field.trim();
  if (text !== field && isPlainNumber(text)) return "spaced";
  const negative = /^\((.*)\)$/.exec(text)?.[1];
  if (negative !== undefined) return isAmount(negative) ? "currency" : undefined;
  const share = percent.exec(text)?.[1];
  if (share !== undefined) return isNumeral(share) ? "percent" : undefined;
  if (amount.test(text)) return isAmount(text) ? "currency" : undefined;
  if (either.test(text)) return "either";
  if (grouped.thousands.test(text)) return "thousands";
  return grouped["decimal-comma"].test(text) ? "decimal-comma" : undefined;
}

function isAmount(text: string): boolean {
  const [, after, before] = amount.exec(text) ?? [];
  return isNumeral((after ?? before ?? text).trim());
}

function isNumeral(text: string): boolean {
  return isPlainNumber(text) || grouped.thousands.test(text) || grouped["decimal-comma"].test(text);
}
