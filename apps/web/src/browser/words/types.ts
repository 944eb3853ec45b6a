/** The kinds of column, in plain words, by the type that SQLite declares. */
const names: Readonly<Record<string, string | undefined>> = {
  TEXT: "text",
  INTEGER: "whole number",
  REAL: "number",
  NUMERIC: "number",
  BLOB: "other data",
  date: "date",
  datetime: "date and time",
};

export const typeName = (type: string): string => names[type] ?? type;

interface Reason {
  readonly rule: string;
  readonly value?: string;
  readonly line?: number;
  readonly other?: string;
}

/** `“00001” (line 2)`; a value that is not to be shown is told by its line. */
function at({ value, line }: Reason): string {
  const where = line === undefined ? "" : `line ${line}`;
  return value === undefined
    ? `the value on ${where}`
    : `“${value.length > 60 ? `${value.slice(0, 60)}…` : value}”${where && ` (${where})`}`;
}

const reasons: Readonly<Record<string, ((of: Reason) => string) | undefined>> = {
  integers: () => "Every value is a whole number.",
  decimals: (of) => `Every value is a number; the first that is not whole is ${at(of)}.`,
  blank: () => "There is no value in it.",
  given: () => "You chose it.",
  dates: () => "You asked for dates.",
  words: (of) => `${upper(at(of))} is not a number.`,
  spaces: (of) => `${upper(at(of))} has spaces around it.`,
  "leading-zero": (of) => `${upper(at(of))} would lose its zeros at the front.`,
  "plus-sign": (of) => `${upper(at(of))} would lose its plus sign.`,
  "exponent-code": (of) => `${upper(at(of))} looks like a code, and a number would change it.`,
  "too-many-digits": (of) => `${upper(at(of))} has more digits than a number keeps.`,
  "out-of-range": (of) => `${upper(at(of))} is too large for a number.`,
  "same-number-twice": (of) => `${upper(at(of))} and “${of.other ?? ""}” would become the same number.`,
  "too-many-to-compare": () => "Its numbers are written in several ways, and too many to be sure that none of them would change.",
  "unread-number": (of) => `${upper(at(of))} cannot be read as a number.`,
};

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Why a column is what it is. */
export const typeReason = (reason: Reason): string => reasons[reason.rule]?.(reason) ?? "";
