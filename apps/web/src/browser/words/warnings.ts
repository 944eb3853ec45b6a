import { countOf, formatList } from "./format.ts";

/** A kind of warning: its heading, and a sentence that explains it. */
interface WarningWords {
  readonly title: string;
  readonly text?: string;
  /** It says how a file was read, and asks for nothing. */
  readonly isNote?: true;
}

const kinds: Readonly<Record<string, WarningWords | undefined>> = {
  COLUMNS_DIFFER: {
    title: "The files of one table have different columns",
    text: "The table has all of them. What a file lacks is blank.",
  },
  COLUMN_RENAMED: { title: "Columns got another name", text: "Their name was missing, there twice, or cannot be used.", isNote: true },
  COLUMN_RESERVED: { title: "Columns got another name", text: "Theirs would hide rows.", isNote: true },
  DATABASE_RENAMED: { title: "A file got another name", isNote: true },
  DATES_AS_TEXT: {
    title: "Dates that would sort wrongly",
    text: "They are kept as they are written, so 31.01.2024 comes after 01.12.2024. As dates they sort and filter by time.",
  },
  DELIMITER_CLOSE: { title: "Files that can be read in two ways", text: "Look at the tables below: are the columns right?" },
  DELIMITER_DETECTED: { title: "What stands between the columns", isNote: true },
  DELIMITER_SUSPECT: { title: "A table with one column", text: "Perhaps something else stands between its columns." },
  DIALECT_DETECTED: { title: "How a file is written", isNote: true },
  ENCODING_GUESSED: {
    title: "Letters such as ä, ł or é",
    text: "These files do not say how their letters are written. Look whether they read right.",
  },
  ENCODING_MIXED: { title: "Letters that come out wrong", text: "Some lines of the file are written in another way." },
  ENCODING_TAKEN: { title: "Letters as you chose them", isNote: true },
  ERROR_VALUES: { title: "Errors of a spreadsheet’s formulas", text: "They are on the site as they are in the file." },
  FACETS_NOT_SUGGESTED: {
    title: "Many columns",
    text: "For so many columns the site does not suggest what to filter by, as that would be slow.",
    isNote: true,
  },
  FIXED_WIDTH: {
    title: "A table with one column",
    text: "Its lines look like columns that are lined up with spaces. Export it again with commas between the columns.",
  },
  FOOTER_SUSPECT: { title: "A total or a note below the table", text: "It is a row like any other now." },
  HEADER_REPEATED: { title: "The column names are there again among the rows" },
  HEADER_SUSPECT: { title: "Column names that may be wrong" },
  INPUT_SKIPPED: { title: "Files that are not on the site", isNote: true },
  NULL_WORDS: {
    title: "Words among numbers",
    text: "A column with them is text, so its numbers do not sort. If they mean that there is no value, it can be numbers.",
  },
  NUMBERS_AS_TEXT: {
    title: "Numbers that would sort wrongly",
    text: "They are kept as they are written, so 100 comes before 20. As numbers they sort and filter by size.",
  },
  NUMBERS_NOT_COMPARED: { title: "Numbers that are kept as text" },
  QUOTE_SUSPECT: { title: "Quotation marks that may be wrong", text: "A value has lines in it that look like rows." },
  READING_ASSUMED: { title: "Dates or numbers that can be read in two ways" },
  RECORDS_PADDED: { title: "Lines with too few or too many values", text: "They are on the site; what is missing is blank." },
  RECORDS_SKIPPED: { title: "Lines that are left out", text: "They have too few or too many values." },
  ROWID_HIDDEN: { title: "A table with rows that cannot be reached" },
  ROWS_BLANK: { title: "Rows without any value" },
  STRAY_MARK: { title: "Invisible characters", isNote: true },
  TABLE_NAME_UNSERVABLE: { title: "A table that cannot be shown" },
  TABLE_RENAMED: { title: "Tables got another name", isNote: true },
  TEXT_GARBLED: { title: "Letters that were broken before", text: "The file has them like this already: export it again, as UTF-8." },
  TIMES_LEFT_OUT: { title: "Times of day are left out" },
  TITLE_SKIPPED: { title: "Lines above the table", text: "They became its description.", isNote: true },
  VALUES_UNREAD: { title: "Values that could not be read as you chose", text: "They are kept as they are." },
};

/** The words for a kind of warning. One that is not here is a note, under its own message. */
export const warningKind = (code: string): WarningWords => kinds[code] ?? { title: "Good to know", isNote: true };

type Facts = Readonly<Record<string, unknown>>;

const example = (facts: Facts, text = facts["text"]): string =>
  typeof text === "string" ? `, such as “${text}” on line ${String(facts["line"])}` : "";

const columns = (facts: Facts): string => formatList((facts["columns"] as string[] | undefined) ?? [String(facts["column"])]);

const place = (facts: Facts): string => `${String(facts["table"])} › ${columns(facts)}`;

const count = (facts: Facts): number => Number(facts["count"]);

const items: Readonly<Record<string, ((facts: Facts) => string) | undefined>> = {
  DATES_AS_TEXT: (facts) => `${place(facts)}: ${countOf(count(facts), "date", "dates")}${example(facts)}`,
  NUMBERS_AS_TEXT: (facts) => `${place(facts)}: ${countOf(count(facts), "number", "numbers")}${example(facts)}`,
  NULL_WORDS: (facts) =>
    `${place(facts)}: ${formatList(
      String(facts["words"])
        .split(", ")
        .map((word) => `“${word}”`),
    )}`,
  COLUMN_RENAMED: (facts) =>
    `${String(facts["table"])}: ${facts["wanted"] === "" ? "a column without a name" : `“${String(facts["wanted"])}”`} became “${String(facts["column"])}”`,
  FACETS_NOT_SUGGESTED: (facts) => `${String(facts["table"])}: ${countOf(Number(facts["columns"]), "column", "columns")}`,
  DELIMITER_DETECTED: (facts) => `${String(facts["file"])}: ${delimiterName(String(facts["delimiter"]))}`,
  ENCODING_GUESSED: (facts) =>
    `${String(facts["file"])}${typeof facts["text"] === "string" ? `, line ${String(facts["line"])}: ${facts["text"]}` : ""}`,
};

const delimiterNames: Readonly<Record<string, string | undefined>> = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  "|": "vertical bars",
  " ": "spaces",
};

const delimiterName = (delimiter: string): string => delimiterNames[delimiter] ?? `“${delimiter}”`;

/** One warning of its kind, with where it is. */
export const warningItem = (code: string, facts: Facts, message: string): string => items[code]?.(facts) ?? message;
