import type { SampleRecord } from "./sample.ts";

/** Most records that may stand above a header. */
const maxAbove = 20;
/** Nobody writes a longer number or date. */
const maxValueLength = 40;
const number = /^[\s(+-]*[$€£¥]?\s*[\d.,]*\d[\d.,]*(?:[Ee][+-]?\d+)?\s*[%)]?\s*$/;
const year = /^(?:1[89]|20)\d\d$/;
const date = /^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\b/;

/** Whether a field is a number or a date, and so rather a value than a name. */
export function isValue(field: string): boolean {
  return field.length < maxValueLength && (number.test(field) || date.test(field));
}

export const isBlank = ({ fields }: Pick<SampleRecord, "fields">): boolean => fields.every((field) => field.trim() === "");

/** Whether there is a name that is no value, or all names are years. */
function areNames(fields: readonly string[]): boolean {
  const names = fields.filter((field) => field.trim() !== "");
  return names.some((name) => !isValue(name)) || (names.length > 0 && names.every((name) => year.test(name)));
}

/** Whether every delimiter of a line is followed by a space, as commas are in a sentence. */
export function isProse(text: string, delimiter: string | null): boolean {
  const parts = delimiter === null || delimiter === "\t" ? [] : text.split(delimiter);
  return parts.length > 1 && parts.slice(1).every((part) => part.startsWith(" "));
}

/**
 * How many records at the start of a sample stand above its header: titles and blank rows, padded with delimiters or not, and
 * comments. None unless it is unmistakable: a full record of the width that most have follows, and more of them below.
 */
export function countAbove(records: readonly SampleRecord[], width: number, delimiter: string | null): number {
  if (width < 2) return 0;
  const end = valuesEnd(records, width);
  const notes = countWhile(records, (record) => isAbove(record, width, delimiter) || isPartial(record, width, end));
  // What has several cells may be the header itself, unless a blank row parts it from the table.
  if (notes > 0 && isBlank(records[notes - 1]!) && isHeaderAt(records, notes, width, delimiter)) return notes;
  const blanks = countWhile(records, isBlank);
  if (blanks > 0 && isNamedAt(records, blanks, width)) return blanks;
  const above = countWhile(records, (record) => isAbove(record, width, delimiter));
  if (above === 0) return 0;
  const last = records[above - 1]!;
  // `#id,name` is a header.
  const count = isComment(last) && last.fields.length === width && !isProse(last.text, delimiter) ? above - 1 : above;
  return isHeaderAt(records, count, width, delimiter) ? count : 0;
}

/** How many records at the start are so; 0 where there is no end to them. */
function countWhile(records: readonly SampleRecord[], isSo: (record: SampleRecord) => boolean): number {
  return Math.max(
    0,
    records.slice(0, maxAbove + 1).findIndex((record) => !isSo(record)),
  );
}

const isComment = ({ text }: SampleRecord): boolean => text.startsWith("#");
const isPadded = (record: SampleRecord): boolean => record.fields.length > 1 && !isComment(record);

/** Whether a record ends before the last column, as a line of notes (`Date:,2026-11-30`) does. */
function isPartial({ fields }: SampleRecord, width: number, end: number): boolean {
  return fields.length < width || (fields.length === width && fields[end - 1]!.trim() === "");
}

/** The columns of the records that have the usual width, without those at their end that are blank in all. */
function valuesEnd(records: readonly SampleRecord[], width: number): number {
  let end = 1;
  for (const { fields } of records)
    if (fields.length === width) end = Math.max(end, fields.findLastIndex((field) => field.trim() !== "") + 1);
  return end;
}

function isAbove(record: SampleRecord, width: number, delimiter: string | null): boolean {
  if (record.fields.length === 1 || isComment(record)) return true;
  if (record.fields.filter((field) => field.trim() !== "").length <= 1) return true;
  return record.fields.length !== width && isProse(record.text, delimiter);
}

function isHeaderAt(records: readonly SampleRecord[], at: number, width: number, delimiter: string | null): boolean {
  const above = records.slice(0, at);
  const [header, ...below] = records.slice(at);
  if (header === undefined || header.fields.length !== width) return false;
  const data = below.filter(({ fields }) => fields.length === width);
  if (data.length === 0) return false;
  const { fields } = header;
  // One column of `Smith, John` below its name is no table of two.
  if (isProse(header.text, delimiter) && width === 2 && !above.some(isBlank) && !namesValues(fields, data)) return false;
  if (!above.some(isPadded)) return namesValues(fields, data) || (isTitle(above, width) && areNames(fields));
  // Programs end each line with a delimiter.
  const names = fields.slice(0, fields.findLastIndex((field) => field.trim() !== "") + 1);
  if (names.some((name) => name.trim() === "") || new Set(names).size < names.length) return false;
  return namesValues(fields, data) || (names.length > 2 && names.every((name) => !isValue(name)) && looksLikeTitle(above));
}

/** Whether a record of the usual width has a name above values, though not for every column. */
function isNamedAt(records: readonly SampleRecord[], at: number, width: number): boolean {
  const [header, ...below] = records.slice(at);
  const data = below.filter(({ fields }) => fields.length === width);
  return header!.fields.length === width && namesValues(header!.fields, data);
}

/** Whether a column has values below a name, or below a year that is none of them. */
function namesValues(header: readonly string[], data: readonly SampleRecord[]): boolean {
  if (isValue(header[0]!) || header.some((name) => isValue(name) && !year.test(name))) return false;
  return header.some((name, column) => {
    const fields = data.map((record) => record.fields[column]!).filter((field) => field !== "");
    if (name.trim() === "" || fields.length === 0 || !fields.every(isValue)) return false;
    return year.test(name) ? !fields.some((field) => year.test(field)) : !isValue(name);
  });
}

/** Whether records of one cell are no header of one column: comments, or above a blank row or several delimiters. */
function isTitle(above: readonly SampleRecord[], width: number): boolean {
  return width > 2 || above.some(isBlank) || above.every(isComment);
}

/** Whether the records above a header hold a blank one, or a text of several words. */
function looksLikeTitle(above: readonly SampleRecord[]): boolean {
  return above.some((record) => isBlank(record) || record.fields.some((field) => field.trim().includes(" ")));
}

/** The texts above a header, a line each; null: there are none. */
export function titleOf(above: readonly SampleRecord[], delimiter: string | null): string | null {
  const lines = above.map((record) =>
    isComment(record)
      ? record.text.replace(/^#+/, "").trim()
      : record.fields
          .filter((field) => field.trim() !== "")
          .join(delimiter ?? "")
          .trim(),
  );
  return lines.filter((line) => line !== "").join("\n") || null;
}
