import type { Candidate } from "./candidates.ts";

/** How well a text reads in the encoding that it was decoded in. */
export interface Verdict {
  /** 0: all characters are where a language has them; 1 and more: hardly any. */
  readonly oddity: number;
  /** Letters beyond ASCII that stand beside another letter. */
  readonly inPlace: number;
  /** Different letters beyond ASCII. */
  readonly distinct: number;
}

/** What a character is, as far as it matters beside another one. */
interface Kind {
  readonly is: "letter" | "mark" | "bad" | "touchless" | "symbol" | "other";
  readonly script: string;
  readonly isUpper: boolean;
  readonly isLower: boolean;
}

const scripts = ["Latin", "Cyrillic", "Greek", "Hebrew", "Arabic", "Thai", "Han", "Hiragana", "Katakana", "Hangul"] as const;
const scriptOf = new Map(scripts.map((script) => [script, new RegExp(String.raw`\p{Script=${script}}`, "u")]));
/** Scripts whose words stand beside Latin ones without a space. */
const spaceless: ReadonlySet<string> = new Set(["Han", "Hiragana", "Katakana", "Hangul"]);

/** Control codes, what Unicode has not assigned, and lines that boxes were drawn with. */
const bad = /[\p{Cc}\p{Cn}\p{Co}\p{Cs}\u2500-\u25FF\uFFFD]/u;
/** What no word has beside a letter: accents without one, marks that are not seen, and some signs. */
const touchless = /[\p{Sk}\p{Cf}±¶¬¦¤‡†‰]/u;

/** Words with a sign that is a letter in a relative of the encoding: `c½ur`. One is enough to doubt. */
const torn = /\p{L}[¼½¾¤¦¨´¸]\p{L}/u;
const tornOddity = 0.1;

const kinds = new Map<string, Kind>();
function kindOf(char: string): Kind {
  const known = kinds.get(char);
  if (known !== undefined) return known;
  const is = classOf(char);
  const script = is === "letter" ? (scripts.find((name) => scriptOf.get(name)!.test(char)) ?? "") : "";
  const kind = { is, script, isUpper: /\p{Lu}/u.test(char), isLower: /\p{Ll}/u.test(char) };
  kinds.set(char, kind);
  return kind;
}

function classOf(char: string): Kind["is"] {
  if (char >= "\u0080" && bad.test(char)) return "bad";
  // The micro sign is a letter that no alphabet has, the prolonged sound mark one of a script of its own.
  if (/[\p{L}ー]/u.test(char) && char !== "µ") return "letter";
  if (/\p{M}/u.test(char)) return "mark";
  if (touchless.test(char)) return "touchless";
  return /[\p{S}\p{P}\p{No}]/u.test(char) ? "symbol" : "other";
}

/** Judges `text`, which `bytes` are in a candidate's encoding. */
export function judge(bytes: Uint8Array, text: string, candidate: Candidate): Verdict {
  const { odd, total, inPlace, letters } = readLetters(text);
  const structure = total === 0 ? 1 : odd / total + (torn.test(text) ? tornOddity : 0);
  const fit = candidate.leads ? oddPairs(bytes, candidate) + outside(letters, candidate.script!) : outsideAlphabets(letters, candidate);
  return { oddity: structure + fit, inPlace, distinct: letters.size };
}

/** Share of characters beyond ASCII that are where no language has them. */
export function oddStructure(text: string): number {
  const { odd, total } = readLetters(text);
  return total === 0 ? 0 : odd / total;
}

interface Letters {
  readonly odd: number;
  /** Characters beyond ASCII. */
  readonly total: number;
  readonly inPlace: number;
  readonly letters: ReadonlySet<string>;
}

/** The word that a character stands in, up to it. */
interface Word {
  letters: number;
  hasLower: boolean;
  /** Letters beyond ASCII in a row. */
  run: number;
}

function readLetters(text: string): Letters {
  const letters = new Set<string>();
  const word: Word = { letters: 0, hasLower: false, run: 0 };
  let [odd, total, inPlace] = [0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    const kind = kindOf(char);
    if (char >= "\u0080") {
      const [before, after] = [kindOf(text[at - 1] ?? "\n"), kindOf(text[at + 1] ?? "\n")];
      total++;
      if (isOdd(text, at, kind, before, after, word)) odd++;
      if (kind.is === "letter" && (before.is === "letter" || after.is === "letter")) inPlace++;
      if (kind.is === "letter") letters.add(char);
    }
    follow(word, kind, char);
  }
  return { odd, total, inPlace, letters };
}

function follow(word: Word, kind: Kind, char: string): void {
  const isIn = kind.is === "letter" || kind.is === "mark";
  word.letters = isIn ? word.letters + 1 : 0;
  word.hasLower = isIn && (word.hasLower || kind.isLower);
  word.run = isIn && char >= "\u0080" ? word.run + 1 : 0;
}

function isOdd(text: string, at: number, kind: Kind, before: Kind, after: Kind, word: Word): boolean {
  const isWithin = before.is === "letter" && after.is === "letter";
  if (kind.is === "letter") return isOddLetter(kind, before, after, word);
  // The marks of these encodings are Thai, Hebrew or Arabic.
  if (kind.is === "mark") return before.is !== "mark" && (before.is !== "letter" || before.script === "Latin");
  if (kind.is === "touchless") return text[at] === "¤" || before.is === "letter" || after.is === "letter";
  if (kind.is === "symbol") return isOddSymbol(text, at, isWithin, before, after, word);
  return kind.is === "bad";
}

function isOddLetter(kind: Kind, before: Kind, after: Kind, word: Word): boolean {
  if (spaceless.has(kind.script)) return before.script === "Latin" && after.script === "Latin" && after.isLower;
  const isMixed = [before, after].some(({ is, script }) => is === "letter" && script !== kind.script);
  // No language of Latin script has three such letters in a row; case changes to lower within a word only, and after its first letter.
  const isCapital = kind.isUpper && (word.hasLower || (before.is === "letter" && after.isLower));
  return isMixed || (kind.script === "Latin" && word.run >= 2) || isCapital;
}

function isOddSymbol(text: string, at: number, isWithin: boolean, before: Kind, after: Kind, word: Word): boolean {
  const char = text[at]!;
  if (char === "’" && isWithin)
    return !(before.script !== "Latin" || word.letters <= 2 || /^(?:[stdm]|re|ve|ll)(?!\p{L})/iu.test(text.slice(at + 1, at + 4)));
  if (char === "·") return isWithin && !/l/i.test(text[at - 1]!);
  if (char === "–" || char === "—") return isWithin && before.isLower && after.isLower;
  if (/[¹²³]/.test(char)) return isWithin || word.letters >= 3;
  if (/\p{Sc}/u.test(char)) return after.is === "letter" || (before.is === "letter" && word.letters > 3);
  if (/[¿¡„‚]/.test(char)) return before.is === "letter";
  if (/[¼½¾©®]/.test(char)) return after.is === "letter";
  return isWithin && !spaceless.has(before.script) && !spaceless.has(after.script);
}

/** Share of the letters, each counted once, that the language which has most of them does not have. */
function outsideAlphabets(letters: ReadonlySet<string>, { alphabets, mixed }: Candidate): number {
  const known = [...letters];
  if (known.length === 0) return 0;
  const share = (alphabet: string): number =>
    known.filter((letter) => !alphabet.includes(letter) && !alphabet.includes(letter.toLowerCase())).length / known.length;
  return Math.min(...alphabets.map(share), ...(mixed === undefined ? [] : [share(mixed) + 0.05]));
}

function outside(letters: ReadonlySet<string>, script: RegExp): number {
  return letters.size === 0 ? 1 : [...letters].filter((letter) => !script.test(letter)).length / letters.size;
}

/** Pairs of bytes from which a verdict about their spread can be drawn. */
const enoughPairs = 12;

/** Share of the characters of two bytes that are rare; and more where they have none of a half that every text has some of. */
function oddPairs(bytes: Uint8Array, { encoding, leads }: Candidate): number {
  let [pairs, rare, late, low] = [0, 0, 0, 0];
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at]!;
    if (lead < 0x80) continue;
    if (encoding === "shift_jis" && lead >= 0xa1 && lead <= 0xdf) {
      rare += isAlone(bytes, at) ? 1 : 0;
      pairs++;
      continue;
    }
    pairs++;
    if (!leads!.some(([from, to]) => lead >= from && lead <= to)) rare++;
    if (lead < 0xb0 || lead > 0xc8) late++;
    if (bytes[++at]! < 0x80) low++;
  }
  const isSplit = encoding === "big5" ? low > 0 : late > 0 || !(encoding === "gb18030" || encoding === "euc-jp");
  return pairs === 0 ? 1 : rare / pairs + (pairs >= enoughPairs && !isSplit ? 0.5 : 0);
}

const isKana = (byte = 0): boolean => byte >= 0xa1 && byte <= 0xdf;

/** Half-width katakana come in words. */
function isAlone(bytes: Uint8Array, at: number): boolean {
  return !isKana(bytes[at - 1]) && !isKana(bytes[at + 1]);
}
