/** An encoding that a file may be in, and what its text looks like when it is. */
export interface Candidate {
  /** Its name in the Encoding Standard. */
  readonly encoding: string;
  /** The letters beyond ASCII of the languages written in it, one string each; empty: of a script without an alphabet. */
  readonly alphabets: readonly string[];
  /** The letters of all these languages, as a list of names may have them. */
  readonly mixed?: string;
  /** First bytes of the characters of two bytes that a text mostly has; unset: it has characters of one byte. */
  readonly leads?: readonly (readonly [from: number, to: number])[];
  /** Scripts of those characters, by their names in Unicode. */
  readonly script?: RegExp;
  /** Considered only where no usual one fits. */
  readonly rare?: true;
}

const western = {
  french: "àâæçéèêëîïôœùûüÿ",
  german: "äöüßé",
  spanish: "áéíóúñüªº",
  portuguese: "áâãàçéêíóôõúüªº",
  italian: "àèéìíîòóùú",
  nordic: "åäöæøéü",
  icelandic: "áðéíóúýþæö",
  dutch: "áèéëïíöóúüç",
  catalan: "àçèéíïòóúü",
  welsh: "âêîôûŵŷáéíóúï",
};
const polish = "ąćęłńóśźż";
const central = {
  polish,
  czech: "áčďéěíňóřšťúůýž",
  slovak: "áäčďéíľňóôšťúýž",
  hungarian: "áéíóöőúüű",
  croatian: "čćđšž",
  romanian: "ăâîşţ",
  german: western.german,
  albanian: "ëç",
};
const turkish = "çğıöşüâîûİ";
const baltic = ["ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž", polish];
const cyrillic = [
  "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
  "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
  "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
  "абвгдђежзијклљмнњопрстћуфхцчџш",
  "абвгдѓежзѕијклљмнњопрстќуфхцчџш",
];
const russian = cyrillic.slice(0, 1);
const greek = ["αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋ"];
const hebrew = ["אבגדהוזחטיךכלםמןנסעףפץצקרשת"];
const arabic = ["ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءآأؤإئپچژگ"];
const thai = [Array.from({ length: 0x3a + 0x1d }, (_, at) => String.fromCharCode(0xe01 + at)).join("")];
const westernAll = { alphabets: Object.values(western), mixed: Object.values(western).join("") };
const centralAll = { alphabets: Object.values(central) };

/**
 * The encodings that files are found to be in, of those that TextDecoder knows, the likelier first. Leads are the parts of a double-byte
 * set that hold what is usual: level 1 of JIS X 0208 and GB 2312, the frequent part of Big5, the Hangul of KS X 1001, and kana.
 */
export const candidates: readonly Candidate[] = [
  { encoding: "windows-1252", ...westernAll },
  { encoding: "windows-1250", ...centralAll },
  { encoding: "iso-8859-2", ...centralAll },
  { encoding: "windows-1251", alphabets: cyrillic },
  { encoding: "shift_jis", alphabets: [], leads: [[0x81, 0x97]], script: /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}ー]/u },
  {
    encoding: "gb18030",
    alphabets: [],
    leads: [
      [0xa1, 0xa3],
      [0xb0, 0xd7],
    ],
    script: /\p{sc=Han}/u,
  },
  { encoding: "big5", alphabets: [], leads: [[0xa1, 0xc5]], script: /\p{sc=Han}/u },
  {
    encoding: "euc-kr",
    alphabets: [],
    leads: [
      [0xa1, 0xa3],
      [0xb0, 0xc8],
    ],
    script: /[가-힣]/u,
  },
  { encoding: "windows-1254", alphabets: [turkish, western.german] },
  { encoding: "windows-1253", alphabets: greek },
  { encoding: "windows-1257", alphabets: baltic },
  { encoding: "windows-1255", alphabets: hebrew },
  { encoding: "windows-1256", alphabets: arabic },
  { encoding: "windows-874", alphabets: thai },
  { encoding: "koi8-r", alphabets: russian },
  {
    encoding: "euc-jp",
    alphabets: [],
    leads: [
      [0xa1, 0xa5],
      [0xb0, 0xcf],
    ],
    script: /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}ー]/u,
  },
  { encoding: "macintosh", alphabets: westernAll.alphabets, rare: true },
  { encoding: "iso-8859-15", ...westernAll, rare: true },
  { encoding: "iso-8859-5", alphabets: cyrillic, rare: true },
  { encoding: "ibm866", alphabets: russian, rare: true },
  { encoding: "koi8-u", alphabets: cyrillic.slice(1, 2), rare: true },
  { encoding: "x-mac-cyrillic", alphabets: cyrillic, rare: true },
  { encoding: "iso-8859-7", alphabets: greek, rare: true },
];
