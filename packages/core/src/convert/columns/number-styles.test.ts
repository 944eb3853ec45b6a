import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NumberStyle } from "../settings/settings.ts";
import { profileColumn, type ColumnVerdict } from "./profile-column.ts";

function profile(fields: readonly string[], number: NumberStyle): ColumnVerdict {
  const column = profileColumn({ number });
  for (const [index, field] of fields.entries()) column.add(field, index + 2);
  return column.finish();
}

/** What a query gives. */
function stored(fields: readonly string[], number: NumberStyle): unknown[] {
  const { report, toStored } = profile(fields, number);
  using db = new DatabaseSync(":memory:");
  db.exec(`CREATE TABLE t (value ${report.type})`);
  for (const field of fields) db.prepare("INSERT INTO t VALUES (?)").run(toStored(field));
  return db
    .prepare("SELECT value FROM t ORDER BY rowid")
    .all()
    .map(({ value }) => value);
}

describe("numbers as people write them", () => {
  test.each<[NumberStyle, [string, number][]]>([
    [
      "decimal-comma",
      [
        ["10,25", 10.25],
        ["100,0", 100],
        ["1.234,5", 1234.5],
        ["1 234 567,89", 1_234_567.89],
        ["-3", -3],
        ["+0,5", 0.5],
        [",5", 0.5],
        ["−2,0", -2],
        ["1'234,5", 1234.5],
        ["1.234", 1234],
      ],
    ],
    [
      "thousands",
      [
        ["1,234.5", 1234.5],
        ["1,234,567", 1_234_567],
        ["12,34,567.5", 1_234_567.5],
        ["1 234.5", 1234.5],
        ["0.5", 0.5],
        ["-12", -12],
        [" 7 ", 7],
      ],
    ],
    [
      "percent",
      [
        ["12%", 12],
        ["12.5 %", 12.5],
        ["-3 %", -3],
        ["7", 7],
        ["1,234.5 %", 1234.5],
      ],
    ],
    [
      "percent",
      [
        ["12,5 %", 12.5],
        ["1.234,5 %", 1234.5],
        ["100%", 100],
      ],
    ],
    [
      "currency",
      [
        ["$1,234.50", 1234.5],
        ["($300)", -300],
        ["-$5", -5],
        ["$ -5.25", -5.25],
        ["300-", -300],
        ["20", 20],
        ["$1,234", 1234],
      ],
    ],
    [
      "currency",
      [
        ["1.234,50 €", 1234.5],
        ["5 €", 5],
        ["-0,99 €", -0.99],
        ["1 234,50 €", 1234.5],
      ],
    ],
    [
      "currency",
      [
        ["kr 1 234", 1234],
        ["kr. 5", NaN],
      ],
    ],
  ])("%s: %j", (style, written) => {
    const fields = written.map(([field]) => field);
    expect(stored(fields, style)).toEqual(written.map(([field, number]) => (Number.isNaN(number) ? field : number)));
  });

  test.each<[NumberStyle, string[]]>([
    ["decimal-comma", ["1,234.5", "1.23", "12.34,5", "1,2,3", "n/a", "12%", "1..234"]],
    ["thousands", ["1.234,5", "1,23", "1,2345", "12 34", "x", "1,"]],
    ["percent", ["12‰", "%", "12%%", "1,23,4 %"]],
    ["currency", ["$5 €", "--5", "(5", "(-5)", "five", "$"]],
  ])("%s cannot read %j, which stay as they are", (style, fields) => {
    for (const field of fields) {
      const { report, toStored } = profile([field], style);
      expect([field, toStored(field), report.type, report.converted]).toEqual([
        field,
        field,
        "TEXT",
        {
          as: style,
          count: 0,
          unread: { value: field, line: 2, count: 1 },
          ...(report.converted?.way && { way: expect.any(String) as string }),
        },
      ]);
    }
  });

  test("a second currency stays as it is, and is told", () => {
    const verdict = profile(["$5", "5 €", "$7.50", "6 €"], "currency");
    expect(["$5", "5 €", "$7.50", "6 €"].map(verdict.toStored)).toEqual([5, "5 €", 7.5, "6 €"]);
    expect(verdict.notices("a.csv", "a", "price").map(({ message }) => message)).toEqual([
      'a.csv: 2 values of the column price cannot be read as amounts of one currency, and stay as they are; the first is "5 €" on line 3.',
    ]);
  });

  test("the type and the range are those of the numbers", () => {
    expect(profile(["1.234", "5", "100"], "decimal-comma").report).toEqual({
      type: "INTEGER",
      nulls: 0,
      example: "1.234",
      reason: { rule: "integers" },
      distinct: { count: 3, isCapped: false },
      least: "5",
      greatest: "1234",
      longest: 4,
      converted: { as: "decimal-comma", count: 3 },
    });
    expect(profile(["1,5", "5"], "decimal-comma").report).toMatchObject({
      type: "REAL",
      reason: { rule: "decimals", value: "1,5", line: 2 },
    });
    expect(profile([""], "decimal-comma").report).toMatchObject({ type: "TEXT", reason: { rule: "blank" } });
    expect(profile(["9.007.199.254.740.993", "0,5"], "decimal-comma").report).toMatchObject({
      type: "NUMERIC",
      reason: { rule: "too-many-digits", line: 2 },
    });
  });

  test("the mark is found from the whole column", () => {
    expect(profile(["5 %", "12,5 %"], "percent").report.converted).toEqual({ as: "percent", count: 2, way: "decimal comma" });
    expect(profile(["5 %", "12.5 %", "13,5 %", "1.5 %"], "percent").report.converted).toMatchObject({
      count: 3,
      way: "decimal point",
      unread: { value: "13,5 %" },
    });
  });

  test("a mark that nothing tells is assumed, and said", () => {
    const verdict = profile(["5 %", "1,234 %"], "percent");
    expect(verdict.toStored("1,234 %")).toBe(1.234);
    expect(verdict.notices("a.csv", "a", "share")).toMatchObject([
      {
        code: "READING_ASSUMED",
        message:
          'a.csv: nothing in the column share tells whether it is decimal comma or decimal point, and it is read as decimal comma: "1,234 %" on line 3 becomes 1.234, and could be 1234.',
        remedies: [{ action: "advise", text: "If it is decimal point, write the numbers without a mark between thousands." }],
      },
    ]);
    expect(profile(["1,234 %", "5.5 %"], "percent").toStored("1,234 %")).toBe(1234);
    expect(profile(["1".repeat(101)], "percent").report.type).toBe("TEXT");
  });

  test("an unread value that SQLite would make a number is kept as text", () => {
    expect(stored(["1,5", "2.50", "3"], "decimal-comma")).toEqual([1.5, "2.50", 3]);
    expect(profile(["1,5", "2.50"], "decimal-comma").report).toMatchObject({
      type: "BLOB",
      reason: { rule: "unread-number", value: "2.50", line: 3 },
    });
  });
});

const formats = [
  ["decimal-comma", new Intl.NumberFormat("de-DE")],
  ["thousands", new Intl.NumberFormat("en-US")],
  ["decimal-comma", new Intl.NumberFormat("fr-FR")],
  ["thousands", new Intl.NumberFormat("en-IN")],
  ["thousands", new Intl.NumberFormat("de-CH")],
  ["currency", new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" })],
  ["currency", new Intl.NumberFormat("de-DE", { style: "currency", currency: "EUR" })],
] as const;

test("a number comes back from each way to write it", () => {
  fc.assert(
    fc.property(fc.integer({ min: -(10 ** 12), max: 10 ** 12 }), fc.constantFrom(...formats), (cents, [style, format]) => {
      const number = cents / 100;
      expect(profile([format.format(number)], style).toStored(format.format(number))).toBe(number + 0);
    }),
  );
});

const digitsOf = (text: string): string => text.replace(/\D/g, "").replace(/^0+/, "").replace(/0+$/, "");

test("a text becomes the number of its digits or stays itself", () => {
  const pieces = fc
    .array(fc.constantFrom("1", "23", "456", ",", ".", " ", "-", "+", "(", ")", "%", "$", "€", "'"), { maxLength: 8 })
    .map((all) => all.join(""));
  fc.assert(
    fc.property(pieces, fc.constantFrom<NumberStyle>("decimal-comma", "thousands", "percent", "currency"), (field, style) => {
      const value = profile([field], style).toStored(field);
      if (typeof value === "number") expect(digitsOf(String(value))).toBe(digitsOf(field));
      else expect(value).toBe(field === "" ? null : field);
    }),
    { numRuns: 300 },
  );
});
