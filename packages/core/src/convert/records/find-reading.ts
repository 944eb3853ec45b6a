import type { Warning } from "../../events/warnings.ts";
import type { InputFile } from "../../files/input-file.ts";
import type { CsvInput } from "../formats/name-inputs.ts";
import type { FileSettings } from "../settings/settings.ts";
import {
  isEven,
  rateCandidates,
  readCandidate,
  readCandidates,
  type Candidate,
  type Choice,
  type Layout,
  type Rated,
} from "./candidates.ts";
import { looksFixedWidth } from "./fixed-width.ts";
import { isProse, titleOf } from "./header-place.ts";
import { noticeReading } from "./notices.ts";
import { readRecords } from "./csv.ts";
import { standardDialect, type Reading } from "./reading.ts";
import { readSample, type Sample } from "./sample.ts";
import { separatorLine } from "./separator-line.ts";
import { usualStyle } from "./styles.ts";

/**
 * How a file is to be read: what the settings say, and for the rest what fits a sample of it best. Every delimiter is tried, and
 * for each the styles of quotes that it shows signs of. Appends to `notices` what was found in the file, and what was close.
 * @throws PublishError `CSV_ENCODING`
 */
export async function findReading(
  input: InputFile & Pick<CsvInput, "delimiter">,
  encoding: string,
  given: FileSettings,
  notices: Warning[],
  signal?: AbortSignal,
): Promise<Reading> {
  const sample = await readSample(input, encoding, signal);
  const named = separatorLine(sample.text);
  const separator = given.separator ?? named ?? undefined;
  const settings = separator === undefined ? given : { ...given, separator };
  const layout = {
    skip: given.skip ?? (named === null ? 0 : 1),
    headerRows: given.headerRows ?? 1,
    skipEnd: given.skipEnd ?? 0,
    findTitle: given.skip === undefined,
    findTrailing: (given.long ?? given.ragged) === undefined,
  };
  const choice = choose(sample, settings, layout, input.delimiter);
  const { candidate } = choice;
  const reading: Reading = {
    encoding,
    dialect: candidate?.dialect ?? usualStyle(separator ?? input.delimiter, given),
    skip: candidate === undefined || candidate.above.length === 0 ? layout.skip : candidate.headerLine - 1,
    headerRows: layout.headerRows,
    skipEnd: layout.skipEnd,
    short: given.ragged ?? "error",
    long: given.long ?? given.ragged ?? "error",
    title: candidate === undefined ? null : titleOf(candidate.above, candidate.dialect.delimiter),
  };
  const complete = await measure(input, reading, candidate, signal);
  noticeReading({ input, given, reading: complete, choice, named, isFixedWidth: looksFixedWidth(sample) }, notices);
  return complete;
}

function choose(sample: Sample, given: FileSettings, layout: Layout, byExtension: string): Choice {
  const candidates = readCandidates(sample, given, layout, byExtension);
  const [best, ...others] = rateCandidates(candidates, byExtension);
  if (best !== undefined)
    return { candidate: best.candidate, close: others.filter((other) => isClose(other, best)).map(({ candidate }) => candidate) };
  const usual = candidates.find(({ dialect }) => dialect.delimiter === (given.separator ?? byExtension));
  const isText = given.separator === undefined && usual !== undefined && isOneColumn(usual, sample);
  return { candidate: isText ? readCandidate(sample, standardDialect(null), layout) : usual, close: [] };
}

/** Whether a person may want another reading: it is even, and as wide or nearly as good. */
function isClose({ candidate, faults }: Rated, best: Rated): boolean {
  if (!isEven(candidate) || candidate.above.length > 0 || candidate.data.length === 0) return false;
  return candidate.header.length >= best.candidate.header.length || faults - best.faults < 2;
}

/** Whether a delimiter stands in sentences only, or in lines of fixed width, and so parts nothing. */
function isOneColumn({ header, data, share, dialect: { delimiter } }: Candidate, sample: Sample): boolean {
  if (header.length > 1 || share === 1) return false;
  return looksFixedWidth(sample) || data.every(({ text }) => !text.includes(delimiter!) || isProse(text, delimiter));
}

/** What only the whole file tells: whether columns without a name are blank to its end, and the width where long records are padded. */
async function measure(input: InputFile, reading: Reading, candidate: Candidate | undefined, signal?: AbortSignal): Promise<Reading> {
  const { unnamed = 0, isWhole = true, header = [] } = candidate ?? {};
  const isDoubtful = unnamed > 0 && !isWhole;
  if (!isDoubtful && reading.long !== "pad") return reading;
  const width = await widestRecord(input, reading, signal);
  if (width <= header.length) return reading;
  return isDoubtful ? { ...reading, dialect: { ...reading.dialect, trailing: false } } : { ...reading, width };
}

/** The most fields that a record has, without blank ones at its end, where that is more than the header has; else 0. */
async function widestRecord(input: InputFile, reading: Reading, signal?: AbortSignal): Promise<number> {
  let width = 0;
  for await (const { ragged } of readRecords(input, { ...reading, short: "skip", long: "skip" }, signal))
    for (const { fields, columns } of ragged)
      if (fields.length > columns) width = Math.max(width, fields.findLastIndex((field) => field !== "") + 1);
  return width;
}
