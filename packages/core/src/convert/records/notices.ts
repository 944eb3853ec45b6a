import { setOption, type Remedy } from "../../errors/remedies.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import type { InputFile } from "../../files/input-file.ts";
import { looksPrivate } from "../findings/private/kinds.ts";
import { mask } from "../findings/private/mask.ts";
import type { CsvInput } from "../formats/name-inputs.ts";
import type { FileSettings } from "../settings/settings.ts";
import type { Candidate, Choice } from "./candidates.ts";
import { isProse } from "./header-place.ts";
import { ofFile } from "./of-file.ts";
import { findCommonDelimiter, findOddDelimiter, type CommonDelimiter } from "./odd-delimiter.ts";
import { delimiters, shownDelimiter, shownRecord, type Dialect, type Reading } from "./reading.ts";

/** Fields that a message shows. */
const mostShown = 5;

/** What the reading of a file was decided by. */
export interface Found {
  readonly input: InputFile & Pick<CsvInput, "delimiter">;
  readonly given: FileSettings;
  readonly reading: Reading;
  readonly choice: Choice;
  /** The delimiter that the file's first line names. */
  readonly named: string | null;
  readonly isFixedWidth: boolean;
}

/** Appends what a person should know of a reading: what was found, not given, and what may be otherwise. */
export function noticeReading(found: Found, notices: Warning[]): void {
  const { candidate } = found.choice;
  notices.push(...delimiterNotices(found));
  if (candidate === undefined) return;
  notices.push(...oneColumnNotices(found, candidate), ...dialectNotices(found, candidate), ...titleNotices(found, candidate));
}

function delimiterNotices({ input, given, reading, choice, named }: Found): Warning[] {
  const { name: file } = input;
  const { delimiter } = reading.dialect;
  if (given.separator !== undefined || delimiter === null) return [];
  const read = `${file} is read with ${shownDelimiter(delimiter)} between columns`;
  const other = delimiter === input.delimiter ? undefined : input.delimiter;
  const remedy = setOption("separator", other === undefined ? undefined : ofFile(file, other), "if that is wrong");
  if (named !== null) {
    const left = given.skip === undefined ? "which is left out" : "as Excel writes it";
    const ifWrong = other === undefined ? setOption("skip", ofFile(file, 0), "if that line belongs to the table") : remedy;
    return [warning("DELIMITER_DETECTED", `${read}: its first line says so (sep=), ${left}.`, { file, delimiter }, ifWrong)];
  }
  const detected = warning("DELIMITER_DETECTED", `${read}.`, { file, delimiter }, remedy);
  return [...(other === undefined ? [] : [detected]), ...choice.close.map((rival) => closeNotice(file, choice.candidate!, rival))];
}

function closeNotice(file: string, taken: Candidate, rival: Candidate): Warning {
  const delimiter = taken.dialect.delimiter!;
  const other = rival.dialect.delimiter!;
  const message = `${file} can be read in two ways. Taken: ${shownReading(taken)}. The other: ${shownReading(rival)}.`;
  return warning(
    "DELIMITER_CLOSE",
    message,
    { file, delimiter, rival: other },
    setOption("separator", ofFile(file, other), "if that is the delimiter"),
  );
}

/** `';' gives 2 columns (Land · Jahr), first record: A · 2020` */
function shownReading({ dialect, header, data }: Candidate): string {
  const first = data[0] === undefined ? "" : `, first record: ${shownFields(data[0].fields)}`;
  return `${shownDelimiter(dialect.delimiter!)} gives ${header.length} columns (${shownFields(header)})${first}`;
}

function shownFields(fields: readonly string[]): string {
  return shownRecord([...fields.slice(0, mostShown), ...(fields.length > mostShown ? ["…"] : [])].join(" · "));
}

function oneColumnNotices(
  { input: { name: file, delimiter: byExtension }, reading, isFixedWidth }: Found,
  { header, headerText, data, isWhole }: Candidate,
): Warning[] {
  const [name, ...others] = header;
  if (name === undefined || others.length > 0) return [];
  const { delimiter } = reading.dialect;
  if (data.length === 0 && isWhole && reading.headerRows > 0) return [loneLine(file, headerText)];
  const rivals = delimiters.filter((one) => one !== delimiter);
  const other = rivals.find((one) => name.includes(one));
  const remedy = (value: string) => setOption("separator", ofFile(file, value), "if that is the delimiter");
  if (other !== undefined) {
    const message = `${file} has one column, but its header contains ${JSON.stringify(other)}.`;
    return [warning("DELIMITER_SUSPECT", message, { file, delimiter: other }, remedy(other))];
  }
  const below = rivals.find((one) => data.length > 1 && data.every(({ text }) => text.includes(one) && !isProse(text, one)));
  if (below !== undefined) {
    const message = `${file} has one column, but every record below its header contains ${JSON.stringify(below)}.`;
    return [warning("DELIMITER_SUSPECT", message, { file, delimiter: below }, remedy(below))];
  }
  const common = findCommonDelimiter(rivals, data);
  if (common !== undefined) return [commonNotice(file, common, data.length)];
  const odd = findOddDelimiter(header[0]!, data);
  if (odd !== undefined && !isFixedWidth) {
    const message = `${file} has one column, but its header and every record below contain ${JSON.stringify(odd)}.`;
    return [warning("DELIMITER_SUSPECT", message, { file, delimiter: odd }, remedy(odd))];
  }
  if (isFixedWidth) {
    const message = `${file} is read as one column of text, but its lines look like columns of fixed width.`;
    return [warning("FIXED_WIDTH", message, { file }, { action: "replace-file", file, note: "by exporting it with a delimiter" })];
  }
  if (delimiter !== null) return [];
  const message = `${file} is read as one column of text: ${shownDelimiter(byExtension)} stands in its sentences, but not in its header.`;
  return [warning("DELIMITER_SUSPECT", message, { file, delimiter: byExtension }, remedy(byExtension))];
}

function commonNotice(file: string, { delimiter, count, line }: CommonDelimiter, records: number): Warning {
  const message = `${file} is read as one column, but ${count} of the first ${records} records hold ${shownDelimiter(delimiter)}, each as often.`;
  return warning("DELIMITER_SUSPECT", message, { file, delimiter }, [
    setOption("separator", ofFile(file, delimiter), "if that is the delimiter"),
    setOption("skip", ofFile(file, line - 1), `if line ${line} is the header`),
  ]);
}

/** A message, or the path of a link, that came in the place of a file is one line. */
function loneLine(file: string, headerText: string): Warning {
  const line = shownRecord(headerText);
  const text = looksPrivate(line) ? mask(line) : line;
  const what = text.trim() === "" ? "is blank" : `is one line, ${JSON.stringify(text)}, which is taken for the name of its only column`;
  return warning("HEADER_SUSPECT", `${file} ${what}: its table has no row.`, { file, reason: "alone", text }, [
    setOption("headerRows", ofFile(file, 0), "if the line is a value"),
    { action: "leave-out", file, note: "if it is not the data that you expect" },
  ]);
}

/** How a file differs from RFC 4180 where nobody said so, each with what reads it otherwise. */
function differences(dialect: Dialect, given: FileSettings, candidate: Candidate, file: string): [what: string, remedy?: Remedy][] {
  const { quote, escape, spaced, wrapped, trailing } = dialect;
  const asItStands = setOption("quote", ofFile(file, '"'), "to read it as it stands");
  const doubled = setOption("escape", ofFile(file, "double"), "if a backslash is a character like any other");
  const kept = setOption(
    "ragged",
    ofFile(file, candidate.unnamed > 0 ? "pad" : "error"),
    candidate.unnamed > 0 ? "to keep the blank columns" : "to refuse such records",
  );
  const isGiven = given.quote !== undefined;
  const found: [is: boolean, what: string, remedy?: Remedy][] = [
    [wrapped, "lines are in quotes as a whole", asItStands],
    [quote === "'" && !isGiven, "fields are in single quotes", asItStands],
    [quote === null && !isGiven, "quotes are characters like any other", asItStands],
    [escape === "backslash" && given.escape === undefined, "a quote inside a field is written after a backslash", doubled],
    [spaced, "spaces around fields are left out", asItStands],
    [trailing, "a delimiter at the end of a record parts nothing", kept],
    [!spaced && candidate.hasSpacedNames, "spaces around the names of columns are left out"],
  ];
  return found.filter(([is]) => is).map(([, ...difference]) => difference);
}

function dialectNotices({ input: { name: file }, given, reading: { dialect } }: Found, candidate: Candidate): Warning[] {
  const all = differences(dialect, given, candidate, file);
  if (all.length === 0) return [];
  const found = all.map(([what]) => what).join("; ");
  const remedies = new Set(all.map(([, remedy]) => remedy).filter((remedy) => remedy !== undefined));
  return [warning("DIALECT_DETECTED", `${file}: ${found}.`, { file, found }, [...remedies])];
}

function titleNotices({ input: { name: file }, reading: { title } }: Found, { above }: Candidate): Warning[] {
  const lines = above.reduce((count, { text }) => count + text.trimEnd().split("\n").length, 0);
  if (above.every(({ text }) => text.trim() === "")) return [];
  const lineTexts = title?.split("\n").map((line) => (looksPrivate(line) ? mask(line) : line)) ?? [];
  const text = shownRecord(lineTexts.join(" · "));
  const left = `${file}: ${lines === 1 ? "1 line above the header is" : `${lines} lines above the header are`} left out`;
  const message = title === null ? `${left}: nothing stands there.` : `${left}. The table's description is ${JSON.stringify(text)}.`;
  return [warning("TITLE_SKIPPED", message, { file, lines, text }, setOption("skip", ofFile(file, 0), "if they belong to the table"))];
}
