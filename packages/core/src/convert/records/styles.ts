import type { FileSettings } from "../settings/settings.ts";
import type { Candidate } from "./candidates.ts";
import { isProse } from "./header-place.ts";
import { standardDialect, type Dialect } from "./reading.ts";

/** Share of the records that another style must read. */
const leastShare = 0.5;

type Read = (dialect: Dialect) => Candidate | undefined;

/** What in a sample may come from another style than the usual one. */
interface Marks {
  readonly backslash: boolean;
  readonly single: boolean;
  readonly spaced: boolean;
  readonly wrapped: boolean;
  /** Quotes are characters like any other: programs that part columns with tabs rarely know of them. */
  readonly bare: boolean;
}

/**
 * The sample by one delimiter, in the style of quotes that reads it: RFC 4180 unless another is unmistakable, as it reads evenly
 * what that does not, or leaves no quotes and spaces that stand around whole fields.
 */
export function pickStyle(text: string, delimiter: string, given: FileSettings, read: Read): Candidate | undefined {
  const usual = usualStyle(delimiter, given);
  const standard = read(usual);
  const marks = marksOf(text, delimiter, standard);
  const others = otherStyles(usual, given, marks).map(read);
  const better = others.filter((other) => other !== undefined && isBetter(other, standard)) as Candidate[];
  const rated = better.map((candidate) => ({ candidate, quoted: countQuoted(candidate) }));
  const [best] = rated.sort((a, b) => Number(b.candidate.share === 1) - Number(a.candidate.share === 1) || a.quoted - b.quoted);
  return best?.candidate ?? standard;
}

const isInQuotes = (field: string): boolean => /^\s*(["']).*\1\s*$/s.test(field);

/** Fields that are in quotes still. */
function countQuoted({ header, data }: Candidate): number {
  return [header, ...data.map(({ fields }) => fields)].reduce((sum, fields) => sum + fields.filter(isInQuotes).length, 0);
}

/** The style that is taken where none is found. */
export function usualStyle(delimiter: string, { quote, escape }: FileSettings): Dialect {
  return { ...standardDialect(delimiter), quote: quote === "none" ? null : (quote ?? '"'), escape: escape ?? "double" };
}

/** A given quote is the only one, and the spaces and quotes around it are then text. */
function otherStyles(usual: Dialect, { quote, escape }: FileSettings, marks: Marks): Dialect[] {
  if (quote === "none") return [];
  const escapes = escape === undefined && marks.backslash ? (["double", "backslash"] as const) : [usual.escape];
  const quotes = quote === undefined && marks.single ? (['"', "'"] as const) : [usual.quote];
  const spaces = quote === undefined && marks.spaced ? [false, true] : [false];
  const styles = spaces.flatMap((spaced) =>
    quotes.flatMap((one) => escapes.map((other) => ({ ...usual, quote: one, escape: other, spaced }))),
  );
  return [
    ...styles.slice(1),
    ...(quote === undefined && marks.wrapped ? [{ ...usual, wrapped: true }] : []),
    ...(quote === undefined && marks.bare ? [{ ...usual, quote: null }] : []),
  ];
}

function marksOf(text: string, delimiter: string, standard: Candidate | undefined): Marks {
  const isOdd = standard === undefined || standard.share < 1;
  return {
    backslash: text.includes(String.raw`\"`) || text.includes(String.raw`\'`),
    single: text.includes("'") && (isOdd || hasColumnIn("'", standard)),
    spaced: isOdd ? /[ \t]["']|["'][ \t]/.test(text) : hasSpaces(standard),
    wrapped: (isOdd || standard.header.length === 1) && /^"/m.test(text),
    bare: standard === undefined && delimiter === "\t",
  };
}

/** Whether all of a column, but perhaps its name, is in these quotes. */
function hasColumnIn(quote: string, { header, data, dialect }: Candidate): boolean {
  const isQuoted = (field: string): boolean => field.length > 1 && field.startsWith(quote) && field.endsWith(quote);
  return (
    data.length > 0 &&
    header.some((_, column) => data.every(({ fields, text }) => isQuoted(fields[column] ?? "") && isBare(fields[column]!, text, dialect)))
  );
}

/** Whether spaces stand before a quote, or behind every delimiter. */
function hasSpaces({ headerText, data, dialect }: Candidate): boolean {
  if (data.some(({ fields, text }) => fields.some((field) => isSpacedQuote(field) && isBare(field, text, dialect)))) return true;
  const behind = data.flatMap(({ fields }) => fields.slice(1)).filter((field) => field !== "");
  return behind.length > 0 && isProse(headerText, dialect.delimiter) && behind.every((field) => field.startsWith(" "));
}

function isSpacedQuote(field: string): boolean {
  return (field.startsWith(" ") || field.startsWith("\t")) && /^\s+".*"\s*$/s.test(field);
}

/** Whether a field stands in the text of its record as it is, without quotes. */
function isBare(field: string, text: string, { delimiter }: Dialect): boolean {
  return text.startsWith(field) || text.includes(delimiter! + field);
}

/** Whether another style is unmistakably that of a file. */
function isBetter(other: Candidate, standard: Candidate | undefined): boolean {
  const { dialect, header, share, data } = other;
  if (dialect.wrapped && (header.length < 2 || isProse(other.headerText, dialect.delimiter))) return false;
  if (standard === undefined) return share >= (dialect.quote === null ? 1 : leastShare) && data.length > 0;
  if (share < 1 || header.length < 2) return false;
  if (standard.share < 1) return data.length >= standard.data.length * leastShare;
  if (dialect.wrapped) return true;
  // Read by the wrong escape, a field goes on over the lines that follow.
  if (dialect.quote === standard.dialect.quote && dialect.escape !== standard.dialect.escape)
    return header.length === standard.header.length && data.length > standard.data.length;
  return header.length === standard.header.length && data.length >= standard.data.length;
}
