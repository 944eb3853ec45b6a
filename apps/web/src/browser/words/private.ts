import { countOf, formatNumber } from "./format.ts";

const kinds: Readonly<Record<string, string | undefined>> = {
  email: "e-mail addresses",
  "email-in-text": "e-mail addresses in its text",
  phone: "phone numbers",
  card: "numbers of payment cards",
  iban: "bank account numbers",
  "iban-in-text": "bank account numbers in its text",
  "national-id": "numbers that a country gives its people",
  ip: "internet addresses of people’s computers (IP)",
  "first-name": "first names of people",
  "last-name": "last names of people",
  "full-name": "names of people",
  "birth-date": "dates of birth",
  address: "addresses of people",
  document: "numbers of passports or other papers",
};

/** What is said of columns that look like private data. */
export const privateData = {
  title: (undecided: number) => `${countOf(undecided, "column", "columns")} to decide about before you publish`,
  titleDecided: "Private data: you have decided",
  lead: "Once published, anybody can read and copy it. This finds common kinds only; you decide.",
  what: (kind: string, confidence: string) => `${confidence === "low" ? "may hold" : "looks like"} ${kinds[kind] ?? "private data"}`,
  where: (count: number, counted: number, example: string, line: number | null) =>
    `In ${formatNumber(count)} of ${countOf(counted, "row", "rows")} looked at, for example ${example}${line === null ? "" : ` on line ${line}`}`,
  asItIs: (file: string) =>
    `${file} is a database, which is published as it is. To leave this out, remove the file, or put in one without it.`,
  toFiles: "To the files",
  leaveOut: "Leave this column out",
  public: "It is meant to be public",
  label: (action: string, column: string) => `${action}: ${column}`,
  undo: "Undo",
  decidedPublic: "You said that it is meant to be public.",
  decidedOut: "It is left out.",
  dialog: {
    title: (count: number) => `You have not decided about ${countOf(count, "column", "columns")}`,
    text: "Once published, anybody can copy it, and copies stay even when you take it back.",
    back: "Go back",
    anyway: "Publish it anyway",
  },
};
