import { expect, test } from "vitest";
import { readingIn } from "./fixtures.ts";
import { QuoteSuspect } from "./quote-suspect.ts";
import { Tokenizer } from "./tokenizer.ts";

function warningsOf(text: string, delimiter = ",", hidden: readonly number[] = []) {
  const reading = readingIn(delimiter, { short: "skip", long: "skip" });
  const suspect = new QuoteSuspect("t.csv", reading.dialect);
  const tokenizer = new Tokenizer("t.csv", reading);
  const batch = tokenizer.push(text, true);
  suspect.add({ ...batch, header: tokenizer.header! });
  return suspect.finish(new Set(hidden));
}

test("a quote that is closed far below swallows records", () => {
  expect(warningsOf('a,b\n0,v\n1,"x\n2,y\n3,z"\n4,w\n')).toMatchObject([
    {
      code: "QUOTE_SUSPECT",
      message: String.raw`t.csv, line 3: a quoted field holds 3 lines that look like records: x\n2,y\n3,z.`,
      facts: { file: "t.csv", line: 3, records: 1 },
      remedies: [
        { action: "replace-file", line: 3 },
        { option: "quote", value: "t.csv=none" },
      ],
    },
  ]);
});

test("what it swallows is not shown of a file with private data, nor where it looks like it", () => {
  const message = "t.csv, line 2: a quoted field holds 3 lines that look like records.";
  expect(warningsOf('a,b\n1,"x\n2,y\n3,z"\n', ",", [1])).toMatchObject([{ message }]);
  expect(warningsOf('a,b\n1,"x@example.org\n2,y\n3,z"\n')).toMatchObject([{ message }]);
});

test("it may open in any column, and swallow two lines or thousands", () => {
  const rows = Array.from({ length: 3000 }, (_, row) => `${row};b;c`).join("\n");
  for (const field of ['1;"x;c\n2;z";c', '"1;b;c\n2";z;c', '1;b;"x\n2;b;c"', `1;"x;c\n${rows}\n2;z";c`]) {
    expect(warningsOf(`a;b;c\n${field}\n9;9;9\n`, ";")).toMatchObject([{ code: "QUOTE_SUSPECT", facts: { line: 2, records: 1 } }]);
    expect(warningsOf(`a;b;c\n${field}\n${field}\n`, ";")).toMatchObject([{ facts: { records: 2 } }]);
  }
});

test("a record that is left out may have swallowed others", () => {
  expect(warningsOf('a,b\n1,"x\n2,y\n3,z",\n')).toMatchObject([{ code: "QUOTE_SUSPECT" }]);
});

test("texts of several lines are texts", () => {
  for (const text of [
    "Hello\nyou, too",
    "Dear Sir, hello\n\nYours, me",
    "one\ntwo\nthree",
    "if (a,b)\n  f(a)\n",
    "\n\n",
    "1 Main St\nSpringfield, IL",
  ])
    expect(warningsOf(`a,b\n1,"${text}"\n"${text}",2\n`)).toEqual([]);
  expect(warningsOf('a\n"x,y\nz"\n')).toEqual([]);
});

test("without quotes no field has several lines", () => {
  const { dialect } = readingIn(",");
  const suspect = new QuoteSuspect("t.csv", { ...dialect, quote: null });
  suspect.add({ header: ["a", "b"], records: [["1", "x\n2,y"]], lines: [2], ragged: [] });
  expect(suspect.finish()).toEqual([]);
});
