import { countOf, formatNumber } from "./format.ts";

/** Why a file cannot be read: sentences, and a line of it that shows it. */
export interface FileErrorWords {
  readonly text: readonly string[];
  readonly example: string | null;
}

interface FileErrorFacts {
  readonly code: string;
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** What to do with files that are no tables, by what they were found to be. */
const formats: Readonly<Record<string, readonly string[] | undefined>> = {
  "an Excel workbook": [
    "This is an Excel file.",
    "Open it in Excel, choose File › Save as, and there “CSV UTF-8”. Do so for each sheet, and put those files in.",
  ],
  "an OpenDocument spreadsheet": [
    "This is a LibreOffice spreadsheet.",
    "Open it in LibreOffice, choose File › Save a copy, and there “Text CSV”. Do so for each sheet, and put those files in.",
  ],
  JSON: ["This is a JSON file, not a table.", "Ask whoever made it for a CSV file of it."],
  "a web page": [
    "This is a web page, not a table.",
    "Often a page that asks you to sign in, or says what went wrong, was saved in the place of the file. Download the file itself again.",
  ],
};

const lineIn = (facts: FileErrorFacts["facts"]): string => formatNumber(Number(facts["line"]));

/** The words for a file's error; where there are none of its own, the error's message without the name that stands beside it. */
export function fileErrorWords({ code, message, facts }: FileErrorFacts, name: string): FileErrorWords {
  const example = typeof facts["text"] === "string" ? facts["text"] : null;
  if (code === "INPUT_UNSUPPORTED" && typeof facts["format"] === "string") {
    const text = formats[facts["format"]] ?? [
      `This is ${facts["format"]}, not a table.`,
      "Put in CSV, TSV or SQLite files, or a folder or zip of them.",
    ];
    return { text, example: null };
  }
  if (code === "CSV_INVALID" && typeof facts["fields"] === "number") return { text: widthWords(facts), example };
  if (code === "CSV_INVALID" && facts["quote"] === "open")
    return { text: [`Line ${lineIn(facts)} opens a quotation mark that is never closed.`], example };
  if (code === "CSV_INVALID" && facts["quote"] === "text after")
    return { text: [`On line ${lineIn(facts)} something stands after the quotation mark that ends a value.`], example };
  if (code === "CSV_ENCODING" && "utf8Lines" in facts)
    return {
      text: [
        "Its letters are written in two different ways, as in files that were put together from others.",
        "Save each of those as UTF-8 first, then put them together again.",
      ],
      example: null,
    };
  if (code === "CSV_ENCODING") return { text: ["It has letters that can be read in more than one way."], example: null };
  return { text: [withoutName(message, name)], example: null };
}

function widthWords(facts: FileErrorFacts["facts"]): string[] {
  const { fields, columns, records } = facts as { fields: number; columns: number; records: number };
  const more =
    fields > columns
      ? "Most often a value has a comma in it: in the file, put that value in quotation marks."
      : "Most often the line was cut off, or is no part of the table.";
  const others = records > 1 ? ` ${countOf(records - 1, "other line does", "other lines do")} not fit either.` : "";
  const values = `Line ${lineIn(facts)} has ${formatNumber(fields)} ${fields === 1 ? "value" : "values"}`;
  return [`${values}, but the first line names ${formatNumber(columns)} ${columns === 1 ? "column" : "columns"}.${others}`, more];
}

/** The name stands beside the message already. */
function withoutName(message: string, name: string): string {
  if (!message.startsWith(name)) return message;
  const rest = message.slice(name.length).replace(/^[\s,:]+/, "");
  return rest.startsWith("is ") ? `It ${rest}` : rest.charAt(0).toUpperCase() + rest.slice(1);
}
