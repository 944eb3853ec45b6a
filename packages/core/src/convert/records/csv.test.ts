import { writeFile } from "node:fs/promises";
import { parse } from "csv-parse/sync";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { makeFolder, query, recordEvents } from "../fixtures.ts";
import { isInteger } from "../columns/number-scanner.ts";
import { convert } from "../make-dataset.ts";
import { standardDialect, type Dialect, type Reading } from "./reading.ts";
import { Tokenizer } from "./tokenizer.ts";

function readingIn(dialect: Dialect): Reading {
  return { encoding: "utf-8", dialect, skip: 0, headerRows: 1, skipEnd: 0, short: "error", long: "error", title: null };
}

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
  const encode = (value: string): string => (quoteAll || /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const header = Array.from({ length: width }, (_, index) => `c${index}`);
  return [header, ...records].map((record) => record.map(encode).join(",")).join(lineEnd) + (lastLineEnd ? lineEnd : "");
}

test("any records, cut anywhere, come back as they were and as csv-parse reads them", () => {
  fc.assert(
    fc.property(csvs, fc.integer({ min: 1, max: 9 }), (csv, size) => {
      const text = write(csv);
      const tokenizer = new Tokenizer("x.csv", readingIn(standardDialect(",")));
      const records: string[][] = [];
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

const read = (text: string): string[][] => new Tokenizer("x.csv", readingIn(standardDialect(","))).push(text, true).records;

test("a blank line is a blank record only in a file of one column", () => {
  expect(read("a\n1\n\n2\n")).toEqual([["1"], [""], ["2"]]);
  expect(read("a,b\n1,2\n\r\n\n3,4\n\n")).toEqual([
    ["1", "2"],
    ["3", "4"],
  ]);
});
