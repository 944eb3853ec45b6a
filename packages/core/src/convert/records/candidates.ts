import type { InputFile } from "../../files/input-file.ts";
import type { FileSettings } from "../settings/settings.ts";
import { joinHeader, numberedNames, trimName } from "./header.ts";
import { countAbove, isProse } from "./header-place.ts";
import { delimiters, type Dialect, type Reading } from "./reading.ts";
import { maxRecords, readSample, scanSample, type Sample, type SampleRecord } from "./sample.ts";
import { pickStyle } from "./styles.ts";

/** Share of the records that fit the header of a reading worth looking at. */
const leastShare = 0.5;

/** What of a reading is known before candidates are compared. */
export type Layout = Pick<Reading, "skip" | "headerRows" | "skipEnd"> & {
  /** Whether titles above the header are looked for. */
  readonly findTitle: boolean;
  /** Whether delimiters that part nothing are looked for. */
  readonly findTrailing: boolean;
};

/** What a sample is in one dialect. */
export interface Candidate {
  readonly dialect: Dialect;
  /** Records above the header. */
  readonly above: readonly SampleRecord[];
  readonly header: readonly string[];
  /** Blank names behind the last one, which are none as all that stands below is blank. */
  readonly unnamed: number;
  /** Whether names stand in the file with spaces around them. */
  readonly hasSpacedNames: boolean;
  /** Line, from 1, on which the header starts. */
  readonly headerLine: number;
  /** The first record of the header as it stands in the file. */
  readonly headerText: string;
  /** Records below the header, without blank lines. */
  readonly data: readonly SampleRecord[];
  /** Share of them that have as many fields as the header. */
  readonly share: number;
  /** Whether these are all records of the file. */
  readonly isWhole: boolean;
}

/** Which candidate is the reading; none where no style of quotes reads the sample. */
export interface Choice {
  readonly candidate?: Candidate | undefined;
  /** Others that fit nearly as well. */
  readonly close: readonly Candidate[];
}

const isBlankLine = ({ fields }: SampleRecord): boolean => fields.length === 1 && fields[0] === "";
export const isEven = ({ share }: Candidate): boolean => share === 1;
export const isProseOf = ({ headerText, dialect }: Candidate): boolean => isProse(headerText, dialect.delimiter);

/** The sample as a dialect has it; undefined where its quotes are others, or it holds no record. */
export function readCandidate(sample: Sample, dialect: Dialect, layout: Layout): Candidate | undefined {
  const scanned = scanSample(sample, dialect, layout.skip);
  if (scanned === undefined) return undefined;
  const isWhole = sample.whole && scanned.length < maxRecords;
  const found = layout.findTitle ? countAbove(scanned, usualWidth(scanned), dialect.delimiter) : 0;
  const above = scanned.slice(0, found);
  const records = scanned.slice(found).filter((record) => !isBlankLine(record));
  const [first] = records;
  if (first === undefined) return undefined;
  const rows = records.slice(0, layout.headerRows).map(({ fields }) => fields);
  const names = rows.length === 0 ? numberedNames(first.fields.length) : joinHeader(rows);
  const below = records.slice(layout.headerRows);
  const data = isWhole ? below.slice(0, Math.max(0, below.length - layout.skipEnd)) : below;
  const trailing = layout.findTrailing && isTrailing(names, data);
  const header = trailing ? names.slice(0, namedWidth(names)) : names;
  const fitting = data.filter(({ fields }) => fields.length === header.length || (trailing && fields.length > header.length));
  const share = data.length === 0 ? 1 : fitting.length / data.length;
  const unnamed = names.length - header.length;
  const hasSpacedNames = rows.some((row) => row.some((name) => name.trim() !== "" && trimName(name) !== name));
  const place = { headerLine: first.line, headerText: first.text };
  return { dialect: { ...dialect, trailing }, above, header, unnamed, hasSpacedNames, ...place, data, share, isWhole };
}

/** The number of fields that most records have. */
function usualWidth(records: readonly SampleRecord[]): number {
  const counts = new Map<number, number>();
  for (const record of records) if (!isBlankLine(record)) counts.set(record.fields.length, (counts.get(record.fields.length) ?? 0) + 1);
  const [usual] = [...counts].sort(([widthA, a], [widthB, b]) => b - a || widthB - widthA);
  return usual?.[0] ?? 0;
}

function namedWidth(names: readonly string[]): number {
  return Math.max(1, names.findLastIndex((name) => name !== "") + 1);
}

/** Whether what most records have behind the last column with a name is always blank. */
function isTrailing(names: readonly string[], data: readonly SampleRecord[]): boolean {
  const named = namedWidth(names);
  if (data.length === 0 || !data.every(({ fields }) => fields.slice(named).every((field) => field === ""))) return false;
  return named < names.length || data.filter(({ fields }) => fields.length > named).length * 2 >= data.length;
}

/** Every reading of a sample that the settings allow, one for each delimiter. */
export function readCandidates(sample: Sample, given: FileSettings, layout: Layout, byExtension: string): Candidate[] {
  const wanted = given.separator === undefined ? delimiters : [given.separator];
  const present = wanted.filter((delimiter) => delimiter === byExtension || wanted.length === 1 || sample.text.includes(delimiter));
  return present
    .map((delimiter) => pickStyle(sample.text, delimiter, given, (dialect) => readCandidate(sample, dialect, layout)))
    .filter((candidate) => candidate !== undefined);
}

/** A candidate that may be the reading, with how much speaks against it. */
export interface Rated {
  readonly candidate: Candidate;
  readonly faults: number;
}

/** The candidates that part a sample into columns, the best first. */
export function rateCandidates(candidates: readonly Candidate[], byExtension: string): Rated[] {
  const good = candidates.filter(isGood);
  const rated = good.map((candidate) => ({ candidate, faults: countFaults(candidate, good) }));
  const order = ({ candidate: { dialect } }: Rated): number =>
    dialect.delimiter === byExtension ? -1 : delimiters.indexOf(dialect.delimiter ?? "");
  return rated.sort((a, b) => a.faults - b.faults || b.candidate.header.length - a.candidate.header.length || order(a) - order(b));
}

function isGood(candidate: Candidate): boolean {
  if (candidate.header.length < 2 || candidate.share < leastShare) return false;
  return candidate.data.length > 0 || candidate.dialect.delimiter === "," || !isProseOf(candidate);
}

function countFaults(candidate: Candidate, good: readonly Candidate[]): number {
  const rivals = good.filter((other) => other !== candidate).map(({ dialect }) => dialect.delimiter!);
  const holdsRival = candidate.header.some((name) => rivals.some((rival) => name.includes(rival) && !isProse(name, rival)));
  const faults = [!isEven(candidate), candidate.above.length > 0, isProseOf(candidate), holdsRival];
  return faults.filter(Boolean).length;
}

/** Delimiters other than that of a reading by which every record at a file's start has as many fields as the header, two or more. */
export async function findRivals(file: InputFile, reading: Reading, signal?: AbortSignal): Promise<string[]> {
  const sample = await readSample(file, reading.encoding, signal);
  const layout = { ...reading, findTitle: false, findTrailing: true };
  const candidates = readCandidates(sample, {}, layout, ",").filter(
    (candidate) => candidate.data.length > 0 && isEven(candidate) && candidate.dialect.delimiter !== reading.dialect.delimiter,
  );
  return rateCandidates(candidates, ",").map(({ candidate }) => candidate.dialect.delimiter!);
}
