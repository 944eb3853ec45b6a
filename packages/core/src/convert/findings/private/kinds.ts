const email = /[\p{L}\p{N}][\p{L}\p{N}._%+'-]{0,63}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62}\.)+)(\p{L}{2,24})(?![\p{L}\p{N}@])/u;
/** What a file's name ends in (`logo@2x.png`), and not a domain. */
const fileEnds = new Set(["png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "html", "json", "csv", "txt", "pdf"]);

/** Characters of `a@b.cd`. */
export const shortestEmail = 6;

/** The e-mail address that a text holds. */
export function findEmail(text: string): string | undefined {
  if (!text.includes("@")) return undefined;
  const [found, end = ""] = email.exec(text) ?? [];
  return found === undefined || fileEnds.has(end.toLowerCase()) || /^git@/i.test(found) ? undefined : found;
}

const phoneForms = [
  /^\+[1-9](?:[\s().\-/]*\d){6,14}$/,
  /^00[1-9]\d?\d?[\s().\-/](?:[\s().\-/]*\d){5,12}$/,
  /^(?:1[\s.-])?\(\d{2,5}\)[\s-]*\d(?:[\s./-]*\d){4,9}$/,
  /^(?:1[\s.-])?\d{3}-\d{3}-\d{4}$/,
];
const decimal = /^\+\d+\.\d+$/;
const extension = /\s*(?:ext\.?|x|#|app\.?|durchwahl|poste)\s*\d{1,6}$/i;

/** Whether a value is a phone number by its form: with a country's code, or an area in brackets, or written `212-555-0123`. */
export function isPhone(value: string): boolean {
  const text = value.trim().replace(extension, "");
  return text.length <= 30 && !decimal.test(text) && phoneForms.some((form) => form.test(text));
}

/** Whether a value can be a phone number where the column's name says that it is one: enough digits, and nothing but what phone numbers have. */
export function hasPhoneDigits(value: string): boolean {
  const text = value.trim().replace(extension, "");
  const digits = text.replace(/\D/g, "").length;
  return digits >= 6 && digits <= 15 && /^[+(\d][\d\s().\-/]*$/.test(text) && !/^\d+\.\d+$/.test(text) && !/^\d{4}-\d{2}-\d{2}/.test(text);
}

/** First digits and lengths of the large card schemes (ISO/IEC 7812, as the schemes publish their ranges). */
const cardForm =
  /^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11})$/;
const cardGroups = /^\d{4}([ -])\d{4,6}\1\d{4,5}(?:\1\d{1,4})?$/;

/** Whether a value has the form of a payment card's number. */
export function hasCardForm(value: string): boolean {
  const text = value.trim();
  if (text.length < 13 || text.length > 19) return false;
  return cardForm.test(cardGroups.test(text) ? text.replace(/[ -]/g, "") : text);
}

/** Whether a value is the number of a payment card: its form, and its check digit. */
export function isCard(value: string): boolean {
  return hasCardForm(value) && hasLuhnDigit(value.replace(/\D/g, ""));
}

/** The check digit of ISO/IEC 7812-1, annex B. */
function hasLuhnDigit(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, double = false; at >= 0; at--, double = !double) {
    const digit = Number(digits[at]);
    sum += double ? (digit > 4 ? 2 * digit - 9 : 2 * digit) : digit;
  }
  return sum % 10 === 0;
}

/** Characters of an account number by its country (the registry of ISO 13616). */
const ibanLengths: ReadonlyMap<string, number> = new Map(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23
  GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30
  NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20`
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);
export const shortestIban = Math.min(...ibanLengths.values());
/** In groups, with `IBAN:` before it. */
const longestIban = 45;
const ibanStart = /[A-Z]{2}\d{2}[A-Z\d ]{11}/i;

/** Whether the text of some records can hold an account number. */
export function mayHoldIban(text: string): boolean {
  return ibanStart.test(text);
}

const isLetter = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122;

/** The international bank account number (ISO 13616) that a value has the form of. Cheap for what has none. */
export function ibanOf(value: string): string | undefined {
  if (value.length < shortestIban || value.length > longestIban) return undefined;
  if (!isLetter(value.charCodeAt(0)) || !isLetter(value.charCodeAt(1))) return undefined;
  const text = value
    .replace(/^IBAN:? ?/i, "")
    .replaceAll(" ", "")
    .toUpperCase();
  return /^[A-Z]{2}\d{2}[A-Z\d]+$/.test(text) && ibanLengths.get(text.slice(0, 2)) === text.length ? text : undefined;
}

/** Whether the check digits of an account number are right: the remainder by 97. */
export function hasIbanDigits(iban: string): boolean {
  const digits = (iban.slice(4) + iban.slice(0, 4)).replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return BigInt(digits) % 97n === 1n;
}

const octet = String.raw`(?:25[0-5]|2[0-4]\d|1?\d?\d)`;
const ipv4 = new RegExp(String.raw`^${octet}(?:\.${octet}){3}(?:/\d{1,2}|:\d{1,5})?$`);
const ipv6 = /^(?=.*::|(?:[0-9a-f]+:){7})[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\/\d{1,3})?$/i;

/** Whether a value has the form of an IP address. */
export function isIp(value: string): boolean {
  const text = value.trim();
  return ipv4.test(text) || ipv6.test(text);
}

/** An IP address whose parts no outline or version number has (`1.2.3.4`). */
export function isLargeIp(value: string): boolean {
  return value.includes(":") || value.split(".").some((part) => Number.parseInt(part, 10) > 31);
}

/** Whether one value alone looks like an e-mail address, a phone number, a card or an account: it is then shown masked. */
export function looksPrivate(value: string): boolean {
  return findEmail(value) !== undefined || isPhone(value) || isCard(value) || ibanOf(value) !== undefined;
}
