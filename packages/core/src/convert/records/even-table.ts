import { isPublishError } from "../../errors/publish-error.ts";
import type { InputFile } from "../../files/input-file.ts";
import { utf8 } from "../text/decoders.ts";
import { readBytes } from "../text/encoding.ts";
import { unicodeOf } from "../text/unicode.ts";
import { isEven, isProseOf, rateCandidates, readCandidates } from "./candidates.ts";
import { readSample, type Sample } from "./sample.ts";
import { separatorLine } from "./separator-line.ts";

/**
 * Whether a file, whatever its name, is a table: text in even records of two or more columns that are no sentences. Reads only its
 * start, so that a folder of large logs is looked through quickly.
 * @throws PublishError `INPUT_*`
 */
export async function isEvenTable(file: InputFile, signal?: AbortSignal): Promise<boolean> {
  const sample = await readStart(file, signal);
  if (sample === undefined || sample.text.includes("\0")) return false;
  const separator = separatorLine(sample.text);
  const layout = { skip: separator === null ? 0 : 1, headerRows: 1, skipEnd: 0, findTitle: false, findTrailing: true };
  const [best] = rateCandidates(readCandidates(sample, separator === null ? {} : { separator }, layout, ","), ",");
  if (best === undefined || !isEven(best.candidate) || best.candidate.data.length === 0) return false;
  const { candidate } = best;
  return !isProseOf(candidate) || (candidate.header.length > 2 && candidate.data.length > 1);
}

/** The start of a text file. Where it is not UTF-8, delimiters and line ends are what they are in any encoding that keeps ASCII. */
async function readStart(file: InputFile, signal?: AbortSignal): Promise<Sample | undefined> {
  for (const encoding of [await unicodeName(file, signal), "windows-1252"])
    try {
      return await readSample(file, encoding, signal);
    } catch (error) {
      if (!isPublishError(error) || error.code !== "CSV_ENCODING") throw error;
    }
  return undefined;
}

async function unicodeName(file: InputFile, signal?: AbortSignal): Promise<string> {
  for await (const start of readBytes(file, signal)) {
    const encoding = unicodeOf(start)?.encoding ?? utf8;
    return encoding.startsWith("utf-32") ? utf8 : encoding;
  }
  return utf8;
}
