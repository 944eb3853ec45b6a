import { countOf } from "./format.ts";

const delimiters: Readonly<Record<string, string | undefined>> = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
  "|": "vertical bars",
  ":": "colons",
  " ": "spaces",
};

const dates: Readonly<Record<string, string | undefined>> = {
  "": "Make them dates",
  auto: "Make them dates",
  "day-first": "The day comes first (31.12.2024)",
  "month-first": "The month comes first (12/31/2024)",
  "year-first": "The year comes first (2024-12-31)",
};

const numberStyles: Readonly<Record<string, string | undefined>> = {
  "decimal-comma": "Make them numbers (the comma is before the decimals)",
  thousands: "Make them numbers (commas stand between thousands)",
  percent: "Make them numbers (leave the % sign out)",
  currency: "Make them numbers (leave the currency out)",
};

/** What a button says that changes how a file or a column is read, by the option and its value. */
export const mends: Readonly<Record<string, ((value: string) => string) | undefined>> = {
  separator: (value) => `Columns are separated by ${delimiters[value] ?? `“${value}”`}`,
  quote: (value) => (value === "none" ? "Quotation marks are ordinary characters" : "Quotation marks stand around values"),
  escape: (value) => (value === "backslash" ? String.raw`\" stands for a quotation mark` : "A backslash is an ordinary character"),
  skip: (value) => (value === "0" ? "Nothing stands above the column names" : `The column names are on line ${Number(value) + 1}`),
  skipEnd: (value) => `Leave out the last ${value === "1" ? "line" : countOf(Number(value), "line", "lines")}`,
  headerRows: (value) =>
    value === "0"
      ? "The file has no line of column names"
      : value === "1"
        ? "The first line has the column names"
        : `The first ${value} lines have the column names`,
  ragged: (value) => (value === "pad" ? "Keep such lines, and leave missing values blank" : "Leave such lines out"),
  type: (value) =>
    value === "real" ? "Make them numbers all the same" : value === "integer" ? "Make them whole numbers" : "Keep it as text",
  date: (value) => dates[value] ?? "Make them dates",
  datetime: () => "Keep the time of day as well",
  number: (value) => numberStyles[value] ?? "Make them numbers",
  null: (value) => `“${value}” means blank`,
  leaveOut: () => "Leave this column out",
};
