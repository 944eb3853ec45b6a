/**
 * Text that was UTF-8 and was decoded as an encoding of one byte: each character became two to four.
 */
interface WrongEncoding {
  readonly bytes: ReadonlyMap<string, number>;
  /** The first two characters of each that became several. */
  readonly start: string;
  /** As many characters side by side as tell that it was. */
  readonly pattern: RegExp;
  /** The characters of a text that was. */
  readonly characters: RegExp;
}

/** @param pairs such characters that must stand side by side: in the alphabet of the encoding, one may be two letters of a word */
function wrongEncoding(label: string, pairs: number): WrongEncoding {
  const decoder = new TextDecoder(label);
  const bytes = new Map<string, number>();
  for (let byte = 0x80; byte <= 0xff; byte++) bytes.set(decoder.decode(Uint8Array.of(byte)), byte);
  const between = (from: number, to: number): string =>
    `[${[...bytes].flatMap(([character, byte]) => (byte >= from && byte <= to ? [escape(character)] : [])).join("")}]`;
  const rest = between(0x80, 0xbf);
  const character = `(?:${between(0xc2, 0xdf)}${rest}|${between(0xe0, 0xef)}${rest}{2}|${between(0xf0, 0xf4)}${rest}{3})`;
  const start = `${between(0xc2, 0xf4)}${rest}`;
  return { bytes, start, pattern: new RegExp(`${character}{${pairs},}`, "g"), characters: new RegExp(`${character}+`, "g") };
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** What Excel and editors take a file for. */
const encodings = [wrongEncoding("windows-1252", 1), wrongEncoding("windows-1250", 2), wrongEncoding("windows-1251", 3)];
const starts = new RegExp(encodings.map(({ start }) => start).join("|"));
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Letters with accents, marks and signs that are common enough to be what was meant by one pair alone. */
const common = /[\u00a0-\u00ff\u0152\u0153\u0160\u0161\u017d\u017e\u2010-\u2026\u2030\u2039\u203a\u20ac\u2122\u2212\ufeff]/;
/** Of other letters, two make a word: Greek, Cyrillic, Polish, Arabic, Chinese. */
const lettersSideBySide = /[\p{L}\p{M}]{2}/u;
const polishOrTurkish = /[\u0100-\u017f]/;

/** Whether a text holds characters that were decoded wrongly, or lost so. */
export function isGarbled(text: string): boolean {
  return text.includes("\uFFFD") || (starts.test(text) && encodings.some((encoding) => holds(text, encoding)));
}

/** A garbled text as it was meant; undefined: characters of it are lost. */
export function repair(text: string): string | undefined {
  const encoding = encodings.find((one) => holds(text, one));
  return encoding && text.replaceAll(encoding.characters, (garbled) => decode(garbled, encoding) ?? garbled);
}

function holds(text: string, encoding: WrongEncoding): boolean {
  const { pattern } = encoding;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text))
    if (isMeant(decode(match[0], encoding), text, match.index + match[0].length)) return true;
  return false;
}

function decode(garbled: string, { bytes }: WrongEncoding): string | undefined {
  try {
    return utf8.decode(Uint8Array.from(garbled, (character) => bytes.get(character)!));
  } catch {
    return undefined;
  }
}

/** Whether characters are what someone writes; a single letter of Polish or Turkish must go on as a word. */
function isMeant(meant: string | undefined, text: string, end: number): boolean {
  if (meant === undefined) return false;
  if (common.test(meant) || lettersSideBySide.test(meant)) return true;
  return polishOrTurkish.test(meant) && /\p{L}/u.test(text.charAt(end));
}
