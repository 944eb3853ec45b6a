import { writeFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isPublishError } from "../../errors/publish-error.ts";
import { makeFolder, query, recordEvents } from "../fixtures.ts";
import { isInteger } from "../columns/number-scanner.ts";
import { convert } from "../make-dataset.ts";
import { readAll, readingIn } from "./fixtures.ts";
import { shownRecord, type Reading } from "./reading.ts";
import { Tokenizer } from "./tokenizer.ts";

const noNul = (text: string): boolean => !text.includes("\0");
const field = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }).filter(noNul),
  fc.string({ unit: fc.constantFrom(",", '"', "\r", "\n", " ", "a", "é", "😀"), maxLength: 8 }),
  fc.constantFrom("", "0", "-0", "007", "+1", "NA", "null", "1e5", "1.50", "9223372036854775808", "0.1"),
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  fc.double({ noNaN: true }).map(String),
);
/** Records of one width, at least two columns, and how to write them. */
const csvs = fc.integer({ min: 2, max: 5 }).chain((width) =>
  fc.record({
    records: fc.array(fc.array(field, { minLength: width, maxLength: width }), { maxLength: 20 }),
    lineEnd: fc.constantFrom("\n", "\r\n"),
    quoteAll: fc.boolean(),
    lastLineEnd: fc.boolean(),
    width: fc.constant(width),
  }),
);

type Csv = typeof csvs extends fc.Arbitrary<infer T> ? T : never;

function write({ records, lineEnd, quoteAll, lastLineEnd, width }: Csv): string {
  const encode = (value: string): string => (quoteAll || /[",\r\n\uFEFF]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const header = Array.from({ length: width }, (_, index) => `c${index}`);
  return [header, ...records].map((record) => record.map(encode).join(",")).join(lineEnd) + (lastLineEnd ? lineEnd : "");
}

test("any records, cut anywhere, come back as they were and as csv-parse reads them", () => {
  fc.assert(
    fc.property(csvs, fc.integer({ min: 1, max: 9 }), (csv, size) => {
      const text = write(csv);
      const tokenizer = new Tokenizer("x.csv", readingIn(","));
      const records: (readonly string[])[] = [];
      for (let at = 0; at < text.length; at += size) records.push(...tokenizer.push(text.slice(at, at + size), false).records);
      records.push(...tokenizer.push("", true).records);
      expect(records).toEqual(csv.records);
      expect(parse(text, { from: 2, record_delimiter: csv.lineEnd })).toEqual(records);
    }),
  );
});

test("any records convert and read back equal", async () => {
  await using folder = await makeFolder();
  const readBack = async (several: readonly Csv[], options: object) => {
    const files = several.map((_, at) => folder.at(`t${at}.csv`));
    for (const [at, csv] of several.entries()) await writeFile(files[at]!, write(csv));
    const { path } = await convert(files, folder.at("t.db"), { ...options, force: true }, recordEvents());
    return several.map((_, at) => query(path, `SELECT * FROM t${at} ORDER BY rowid`).map((row) => Object.values(row)));
  };
  await fc.assert(
    fc.asyncProperty(fc.array(csvs, { minLength: 6, maxLength: 6 }), async (several) => {
      expect(await readBack(several, { justStrings: true, emptyAsText: true })).toEqual(several.map(({ records }) => records));
      const typed = await readBack(several, {});
      for (const [at, { records }] of several.entries())
        for (const [row, record] of records.entries())
          for (const [column, value] of record.entries()) expect(standsFor(typed[at]![row]![column], value)).toBe(true);
    }),
    { numRuns: 10 },
  );
});

function standsFor(stored: unknown, value: string): boolean {
  if (value === "") return stored === null;
  return typeof stored === "number" && !isInteger(value) ? stored === Number(value) : String(stored) === value;
}

const read = (text: string): readonly (readonly string[])[] => new Tokenizer("x.csv", readingIn(",")).push(text, true).records;

test("a blank line is a blank record only in a file of one column", () => {
  expect(read("a\n1\n\n2\n")).toEqual([["1"], [""], ["2"]]);
  expect(read("a,b\n1,2\n\r\n\n3,4\n\n")).toEqual([
    ["1", "2"],
    ["3", "4"],
  ]);
});

test("lines end in LF, CRLF, CR, or CR CR LF where a file was converted twice", () => {
  for (const lineEnd of ["\n", "\r\n", "\r", "\r\r\n"]) {
    expect(read(["a", "1", "2", ""].join(lineEnd))).toEqual([["1"], ["2"]]);
    expect(read(["a,b", "1,", '"2",x'].join(lineEnd))).toEqual([
      ["1", ""],
      ["2", "x"],
    ]);
  }
});

test("a byte order mark before a record, left of files that were put together, is no part of it", () => {
  expect(read('a,b\n1,2\n\uFEFF3,4\n\uFEFF"5",6\n\uFEFF')).toEqual([
    ["1", "2"],
    ["3", "4"],
    ["5", "6"],
  ]);
});

const oddLines = "a,b,c\n1,2,3\n1,2\n4,5,6\n7\n1,2,3,4\n8\n9,9,9\n";

async function errorOf(text: string, more: Partial<Reading> = {}): Promise<unknown> {
  return await readAll(text, readingIn(",", more)).then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function optionsOf(text: string): Promise<string[]> {
  const error = await errorOf(text);
  if (!isPublishError(error)) return [];
  return error.remedies.flatMap((remedy) => (remedy.action === "set-option" ? [`${remedy.option} ${remedy.value}`] : []));
}

test("records that do not fit are all counted, and the first three shown", async () => {
  await expect(readAll(oddLines, readingIn(","))).rejects.toMatchObject({
    code: "CSV_INVALID",
    message:
      "t.csv: 4 of 7 records do not fit, as the header has 3 columns: line 3 (2 fields): 1,2 · line 5 (1 field): 7 · line 6 (4 fields): 1,2,3,4 · …",
    facts: { file: "t.csv", line: 3, fields: 2, columns: 3, records: 4, text: "1,2" },
    remedies: [
      { option: "ragged", value: "t.csv=pad" },
      { option: "ragged", value: "t.csv=skip" },
      { action: "replace-file", line: 3 },
    ],
  });
});

test("records that do not fit are left out, short and long ones each as is said", async () => {
  const { records, ragged } = await readAll(oddLines, readingIn(",", { short: "skip", long: "skip" }));
  expect(records).toEqual([
    ["1", "2", "3"],
    ["4", "5", "6"],
    ["9", "9", "9"],
  ]);
  expect(ragged.map(({ line, handling, text }) => [line, handling, text])).toEqual([
    [3, "skip", "1,2\n"],
    [5, "skip", "7\n"],
    [6, "skip", "1,2,3,4\n"],
    [7, "skip", "8\n"],
  ]);
  const onlyLong = readAll(oddLines, readingIn(",", { long: "skip" }));
  await expect(onlyLong).rejects.toMatchObject({ facts: { line: 3, records: 3 } });
  const padded = await readAll(oddLines, readingIn(",", { short: "pad", long: "skip" }));
  expect(padded.records.map(({ length }) => length)).toEqual([3, 3, 3, 3, 3, 3]);
  expect(padded.ragged.map(({ handling }) => handling)).toEqual(["pad", "pad", "skip", "pad"]);
});

test("an error about the number of fields names what may be its cause", async () => {
  const ragged = ["ragged t.csv=pad", "ragged t.csv=skip"];
  expect(await optionsOf("a,b\n1,2\n3,4\nSource: me\n")).toEqual(["skipEnd t.csv=1", ...ragged]);
  expect(await optionsOf("Towns\n\na,b\n1,2\n")).toEqual(["skip t.csv=2", ...ragged]);
  expect(await optionsOf("a,b;c\n1;2\n3;4\n")).toEqual(["separator t.csv=;", ...ragged]);
  await expect(readAll("a,b\n1,2,,\n3,4\n", readingIn(","))).rejects.toThrow("All that is too much is blank.");
});

test("records of which each has one field more show that the header lacks a name", async () => {
  expect(await errorOf('"name","n"\n"1","x",5\n"2","y",6\n')).toMatchObject({
    message: expect.stringContaining("the header may lack the name of the first column"),
    remedies: [
      { action: "replace-file", line: 1 },
      { option: "skip", value: "t.csv=1" },
    ],
  });
});

test("records at the end are left out, whether they fit or not, over any number of pieces", async () => {
  const rows = 3000;
  const long = "x".repeat(300);
  const text = `a,b\n${Array.from({ length: rows }, (_, row) => (row % 100 === 99 ? `${row}\n` : `${row},${long}\n`)).join("")}`;
  for (const skipEnd of [1, 2, 1001, 2250, rows, rows + 5]) {
    const { records, ragged } = await readAll(text, readingIn(",", { skipEnd, short: "skip" }));
    const left = Math.max(0, rows - skipEnd);
    expect([records.length, ragged.length]).toEqual([left - Math.floor(left / 100), Math.floor(left / 100)]);
  }
});

test("a file without the header that is asked for is refused", async () => {
  expect(await errorOf("")).toMatchObject({ code: "CSV_INVALID", facts: { line: 1 } });
  expect(await errorOf("\n\n")).toMatchObject({ code: "CSV_INVALID", facts: { line: 1 } });
  expect(await errorOf("a,b\n1,2\n", { skip: 9 })).toMatchObject({ facts: { line: 10 }, remedies: [{ option: "skip" }, {}, {}] });
  expect(await errorOf("a,b\n1,2\n", { headerRows: 3 })).toMatchObject({ remedies: [{ option: "headerRows" }, {}, {}] });
  expect(await errorOf("a,b\nc,d\n", { headerRows: 2 })).toBeUndefined();
});

test("an error about quotes shows the line and says how to read it", async () => {
  expect(await errorOf('a,b\n1,2\n"big" pipe,x\n')).toMatchObject({
    message: 't.csv, line 3: text after a closing quote: "big" pipe,x',
    facts: { line: 3, quote: "text after", text: '"big" pipe,x' },
    remedies: [{ action: "replace-file" }, { option: "quote", value: "t.csv=none" }],
  });
  expect(await errorOf('a,b\n1,"x\\"y"\n')).toMatchObject({ remedies: [{ option: "escape", value: "t.csv=backslash" }, {}, {}] });
  expect(await errorOf('a,b\n1,"x\n2,y\n')).toMatchObject({
    message: String.raw`t.csv, line 2: a quote is never closed in the record that starts there: 1,"x\n2,y`,
  });
});

test("a record is shown on one line, without control characters, and cut", () => {
  expect(shownRecord("a\tb\u0007c\r\n")).toBe(String.raw`a\tb�c`);
  expect(shownRecord('1,"x\r\ny"\n')).toBe(String.raw`1,"x\ny"`);
  expect(shownRecord("x".repeat(500))).toBe(`${"x".repeat(120)}…`);
});
