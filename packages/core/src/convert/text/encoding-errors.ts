import { PublishError } from "../../errors/publish-error.ts";
import { setOption } from "../../errors/remedies.ts";
import { decodeWhole, utf8 } from "./decoders.ts";
import { saveAsUtf8 } from "./encoding.ts";
import { excerptOf, type Excerpt } from "./examples.ts";
import { choices, type Reading } from "./rank.ts";
import type { Line, Sample } from "./sample.ts";

/** The error for a file that may be in one of several encodings: a line of it in each, the likeliest first. */
export function unknownError(file: string, sample: Sample, readings: readonly Reading[]): PublishError {
  const shown = choices(readings);
  const example = tellingLine(sample, shown);
  const excerpts = shown.map(({ encoding }) => ({ encoding, ...excerptOf(example, encoding) }));
  const read = excerpts.map(({ encoding, text }) => `${text} as ${encoding}`).join(", ");
  const message = `${file} is not UTF-8: line ${example.line} reads ${read || "as nothing that is known"}.`;
  const remedies = excerpts.map(({ encoding, text }) => setOption("encoding", encoding, `if ${text} is right`));
  return new PublishError("CSV_ENCODING", message, [...remedies, saveAsUtf8(file)], {
    ...where(file, sample),
    line: example.line,
    ...lists(excerpts),
  });
}

/** The first line that reads differently in all of these encodings, or else the first that is not UTF-8. */
function tellingLine({ first, bad }: Sample, readings: readonly Reading[]): Line {
  const differs = ({ bytes }: Line): boolean =>
    new Set(readings.map(({ encoding }) => decodeWhole(bytes, encoding))).size === readings.length;
  return bad.find(differs) ?? first;
}

/** The error for a file that was put together from others. */
export function mixedError(file: string, sample: Sample, readings: readonly Reading[]): PublishError {
  const { first, good, goodLines, badLines } = sample;
  const encoding = readings[0]?.encoding ?? "windows-1252";
  const [other, own] = [excerptOf(first, encoding), excerptOf(good[0]!, utf8, encoding)];
  const message =
    `${file} mixes encodings: ${goodLines} of its lines are UTF-8 and ${badLines} not. Line ${own.line} is ${own.text}, and would be ` +
    `${own.instead} as ${encoding}; line ${other.line} is no UTF-8, but ${other.text} as ${encoding}.`;
  const remedy = {
    action: "replace-file",
    file,
    line: first.line,
    note: "by saving each part of it as UTF-8 before they are put together",
  } as const;
  const facts = { ...where(file, sample), utf8Lines: goodLines, otherLines: badLines, ...lists([{ ...other, encoding }]) };
  return new PublishError("CSV_ENCODING", message, remedy, facts);
}

/** The error for UTF-8 that ends within a character. */
export function brokenOffError(file: string, sample: Sample): PublishError {
  const message = `${file} breaks off within a character, in line ${sample.first.line}: its end is lost.`;
  const remedy = { action: "replace-file", file, note: "by fetching or exporting it again" } as const;
  return new PublishError("CSV_ENCODING", message, remedy, where(file, sample));
}

export function utf32Error(file: string): PublishError {
  return new PublishError("CSV_ENCODING", `${file} is UTF-32, which is not read.`, saveAsUtf8(file), { file, encoding: "utf-32" });
}

const where = (file: string, { first }: Sample) => ({ file, line: first.line, byte: first.offset });

/** What a page makes a choice of: `texts[i]` is how a line reads in `encodings[i]`. */
const lists = (excerpts: readonly (Omit<Excerpt, "line" | "instead"> & { readonly encoding: string })[]) => ({
  encodings: excerpts.map(({ encoding }) => encoding),
  texts: excerpts.map(({ text }) => text),
});
