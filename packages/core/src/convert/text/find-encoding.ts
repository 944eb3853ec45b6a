import { PublishError } from "../../errors/publish-error.ts";
import { removeOption, setOption } from "../../errors/remedies.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import type { InputFile } from "../../files/input-file.ts";
import { utf8 } from "./decoders.ts";
import { canRead } from "./encoding.ts";
import { brokenOffError, mixedError, unknownError, utf32Error } from "./encoding-errors.ts";
import { excerptOf, firstText, isMixed } from "./examples.ts";
import { isClear, rankReadings } from "./rank.ts";
import { sampleLines, type Sample } from "./sample.ts";
import { scanBytes, type Scan } from "./scan.ts";
import { checkMarks } from "./stray-marks.ts";
import { unicodeOf } from "./unicode.ts";

/**
 * The name of a file's encoding in the Encoding Standard, by which `readText` reads all of it. A byte order mark decides; then UTF-8 if
 * it is, or UTF-16 if it can be nothing else; then `given`. What is none of these is found if the letters of the file are in place in one
 * encoding and in no other; else the error shows a line of it in each that it may be in.
 *
 * Memory is bounded. Reads a file that is UTF-8 once.
 *
 * @param given a label of the Encoding Standard, such as `windows-1252` or `latin1`
 * @param notices gets what was given or found, and what is left out
 * @throws PublishError `CSV_ENCODING`, `CSV_INVALID` for a NUL, `OPTION_INVALID` for a label that is none, `INPUT_*`
 */
export async function findEncoding(file: InputFile, given: string | undefined, notices: Warning[], signal?: AbortSignal): Promise<string> {
  const asked = given === undefined ? undefined : encodingNamed(given);
  const scan = await scanBytes(file, signal);
  const encoding = await decide(file, asked, scan, notices, signal);
  await checkMarks(file, encoding, scan, notices, signal);
  return encoding;
}

async function decide(file: InputFile, asked: string | undefined, scan: Scan, notices: Warning[], signal?: AbortSignal): Promise<string> {
  const unicode = unicodeOf(scan.start);
  if (unicode?.encoding.startsWith("utf-32")) throw utf32Error(file.name);
  if (unicode && unicode.encoding !== utf8) {
    if (unicode.markBytes === 0) await noticeFound(file, unicode.encoding, asked, notices, signal);
    return unicode.encoding;
  }
  if (scan.isUtf8) {
    const isJis = scan.hasEscape && (asked ?? jis) === jis && (await hasJis(file, signal));
    if (isJis) await noticeFound(file, jis, asked, notices, signal);
    return isJis ? jis : utf8;
  }
  const sample = await sampleLines(file, signal);
  if (sample === undefined) return utf8;
  if (asked !== undefined && canBe(asked, scan)) return take(file, asked, sample, notices);
  return await guess(file, sample, asked === undefined, notices, signal);
}

/** Whether a file that is not UTF-8 can be in an encoding: ASCII characters, as each table has, hold a NUL in UTF-16. */
const canBe = (encoding: string, { hasNul }: Scan): boolean => (encoding.startsWith("utf-16") ? hasNul : encoding !== utf8);

const jis = "iso-2022-jp";

/** ASCII that changes to Japanese and back by escape sequences (RFC 1468), and not another file with an escape in it. */
async function hasJis(file: InputFile, signal?: AbortSignal): Promise<boolean> {
  return (await canRead(file, jis, signal)) && (await firstText(file, jis, /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}]/u, signal)) !== null;
}

/** The encoding that was given; lines that are UTF-8 all the same are worth a word. */
function take({ name: file }: InputFile, encoding: string, sample: Sample, notices: Warning[]): string {
  notices.push(warning("ENCODING_TAKEN", `${file} is not UTF-8: read as ${encoding}.`, { file, encoding }));
  if (isMixed(sample, encoding)) {
    const { line, text, instead } = excerptOf(sample.good[0]!, utf8, encoding);
    const message = `${file} is read as ${encoding}, but some lines are UTF-8: line ${line} becomes ${instead}, not ${text}.`;
    const remedy = { action: "replace-file", file, line, note: "by saving all of it in one encoding" } as const;
    notices.push(warning("ENCODING_MIXED", message, { file, encoding, line, lines: sample.goodLines }, remedy));
  }
  return encoding;
}

/** @param mayTake whether an encoding may be taken without asking */
async function guess(file: InputFile, sample: Sample, mayTake: boolean, notices: Warning[], signal?: AbortSignal): Promise<string> {
  const { name } = file;
  if (sample.isCut && sample.goodLines > 0) throw brokenOffError(name, sample);
  const readings = await rankReadings(sample.bad);
  const [best] = readings;
  if (isMixed(sample, best?.encoding)) throw mixedError(name, sample, readings);
  const isFound = mayTake && best !== undefined && isClear(readings) && (await canRead(file, best.encoding, signal));
  if (!isFound) throw unknownError(name, sample, readings);
  const { line, text } = excerptOf(sample.first, best.encoding);
  noticeGuess(name, best.encoding, line, text, notices);
  return best.encoding;
}

/** Says which encoding was found, with the first text that is not ASCII; nothing but that it was taken if it was asked for. */
async function noticeFound(file: InputFile, encoding: string, asked: string | undefined, notices: Warning[], signal?: AbortSignal) {
  const { name } = file;
  if (asked === encoding) {
    notices.push(warning("ENCODING_TAKEN", `${name} is not UTF-8: read as ${encoding}.`, { file: name, encoding }));
    return;
  }
  const { line, text } = (await firstText(file, encoding, /[^\r\n]/u, signal)) ?? { line: 1, text: '""' };
  noticeGuess(name, encoding, line, text, notices);
}

function noticeGuess(file: string, encoding: string, line: number, text: string, notices: Warning[]): void {
  const message = `${file} is not UTF-8: read as ${encoding}, by which line ${line} is ${text}.`;
  const remedy = setOption("encoding", undefined, "with another name if that is wrong");
  notices.push(warning("ENCODING_GUESSED", message, { file, encoding, line, text }, remedy));
}

/** The Encoding Standard's name for one of its labels. */
function encodingNamed(label: string): string {
  try {
    return new TextDecoder(label, { fatal: true }).encoding;
  } catch {
    const message = `No file is read as ${JSON.stringify(label)}.`;
    const remedies = ["windows-1252", "macintosh", "shift_jis"].map((known) => setOption("encoding", known));
    throw new PublishError("OPTION_INVALID", message, [...remedies, removeOption("encoding")], { option: "encoding" });
  }
}
