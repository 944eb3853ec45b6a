import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ColumnVerdict, ProfileSettings } from "./profile-column.ts";
import { profileColumn } from "./profile-column.ts";
import { maxSeenNumbers, NumberMemory } from "./seen-numbers.ts";

function profile(fields: readonly string[], settings: ProfileSettings = {}, memory?: NumberMemory): ColumnVerdict {
  const column = profileColumn(settings, memory);
  for (const [index, field] of fields.entries()) column.add(field, index + 2);
  return column.finish();
}

const typeOf = (...fields: string[]): string => profile(fields).report.type;
const ruleOf = (...fields: string[]): object => profile(fields).report.reason;

/** What a query gives for each field, integers as BigInt. */
function stored(fields: readonly string[], { report, toStored }: ColumnVerdict): { value: unknown; type: unknown; text: unknown }[] {
  using db = new DatabaseSync(":memory:");
  db.exec(`CREATE TABLE t (value ${report.type})`);
  const insert = db.prepare("INSERT INTO t VALUES (?)");
  for (const field of fields) insert.run(toStored(field));
  const select = db.prepare("SELECT value, typeof(value) AS type, CAST(value AS TEXT) AS text FROM t ORDER BY rowid");
  select.setReadBigInts(true);
  return select.all() as { value: unknown; type: unknown; text: unknown }[];
}

describe("numbers that lose nothing", () => {
  test.each([
    [["1", "-2", "0"], "INTEGER"],
    [["9223372036854775807", "-9223372036854775808"], "INTEGER"],
    [["1.5", "2"], "REAL"],
    [[".5", "-.25"], "REAL"],
    [["1.", "2."], "REAL"],
    [["+48.2", "-11.5"], "REAL"],
    [["+1", "-2"], "INTEGER"],
    [["8.99E-05", "0.001"], "REAL"],
    [["1.5e3", "2e-7", "1e+21"], "REAL"],
    [["0.30000000000000004"], "REAL"],
    [["", ""], "TEXT"],
  ])("%j is %s", (fields, type) => {
    expect(typeOf(...fields)).toBe(type);
  });

  test.each([
    ["two texts of one number", ["10.1", "10.2", "10.10"], { rule: "same-number-twice", value: "10.10", other: "10.1", line: 4 }],
    ["a bare point", [".5", "0.5"], { rule: "same-number-twice", value: "0.5", other: ".5", line: 3 }],
    ["a plus", ["-1", "1", "+1"], { rule: "same-number-twice", value: "+1", other: "1", line: 4 }],
    ["minus zero", ["0", "-0"], { rule: "same-number-twice", value: "-0", other: "0", line: 3 }],
    ["an open point", ["1", "1."], { rule: "same-number-twice", value: "1.", other: "1", line: 3 }],
    ["an exponent without point and sign", ["1E5", "100"], { rule: "exponent-code", value: "1E5", line: 2 }],
    ["an exponent far down", ["100", "32E0134"], { rule: "exponent-code", value: "32E0134", line: 3 }],
    ["a leading zero", ["12", "007"], { rule: "leading-zero", value: "007", line: 3 }],
    ["phone numbers", ["+15551234567"], { rule: "plus-sign", value: "+15551234567", line: 2 }],
    ["20 digits", ["1", "12345678901234567890"], { rule: "too-many-digits", value: "12345678901234567890", line: 3 }],
    ["wide integers beside decimals", ["9007199254740993", "1.5"], { rule: "too-many-digits", value: "9007199254740993", line: 2 }],
    ["a number beyond doubles", ["1.5e999"], { rule: "out-of-range", value: "1.5e999", line: 2 }],
    ["spaces", ["1", " 2"], { rule: "spaces", value: " 2", line: 3 }],
    ["words", ["1", "NA"], { rule: "words", value: "NA", line: 3 }],
    ["versions", ["1.2.3"], { rule: "words", value: "1.2.3", line: 2 }],
  ])("%s make text", (_, fields, reason) => {
    expect(ruleOf(...fields)).toEqual(reason);
    expect(typeOf(...fields)).toBe("TEXT");
    expect(stored(fields, profile(fields)).map(({ value }) => value)).toEqual(fields);
  });

  test("the order in which two texts of one number come changes nothing", () => {
    expect(typeOf("10.10", "10.1")).toBe("TEXT");
    expect(typeOf("1.50", "1.50", "2.25")).toBe("REAL");
  });

  test("a report says least, greatest, longest, distinct, nulls and the first value", () => {
    const { report } = profile(["10", "", "9", "-5", "10"]);
    expect(report).toEqual({
      type: "INTEGER",
      nulls: 1,
      example: "10",
      reason: { rule: "integers" },
      distinct: { count: 3, isCapped: false },
      least: "-5",
      greatest: "10",
      longest: 2,
    });
    expect(profile(["b", "añb", "", "Z"]).report).toMatchObject({
      least: "Z",
      greatest: "b",
      longest: 3,
      distinct: { count: 3 },
      nulls: 1,
    });
  });

  test("evidence names the file where there are several", () => {
    const column = profileColumn({});
    column.startFile("a.csv");
    column.add("1", 2);
    column.startFile("b.csv");
    column.add("x", 7);
    expect(column.finish().report.reason).toEqual({ rule: "words", value: "x", line: 7, file: "b.csv" });
  });
});

/** Numbers, and what looks like them. */
const numberText = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
  fc.double({ noNaN: true }).map(String),
  fc.tuple(fc.integer({ min: -999, max: 999 }), fc.nat(3)).map(([number, decimals]) => (number / 100).toFixed(decimals)),
  fc.stringMatching(/^[+-]?\d{0,4}\.?\d{0,4}([eE][+-]?\d{1,3})?$/),
  fc.stringMatching(/^[+-]?\d{15,21}(\.\d{0,3})?$/),
);

describe("what SQLite holds", () => {
  test("a number is the number of the text, and two texts are two values", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 3, arbitrary: numberText }, fc.constantFrom("", "0", "-0", "1", "1.0", "1."))), (fields) => {
        const verdict = profile(fields);
        const texts = new Map<unknown, string>();
        for (const [index, { value, type }] of stored(fields, verdict).entries()) {
          const field = fields[index]!;
          if (field === "") expect(value).toBeNull();
          else if (type === "integer") expect(value).toBe(BigInt(field.replace("+", "")));
          else if (type === "real") expect(value).toBe(Number(field) + 0);
          else expect(value).toBe(field);
          expect(texts.get(value) ?? field).toBe(field);
          texts.set(value, field);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("the text of a number in SQLite is the same number", () => {
    fc.assert(
      fc.property(fc.array(numberText, { minLength: 1, maxLength: 5 }), (fields) => {
        const verdict = profile(fields);
        fc.pre(verdict.report.type === "INTEGER");
        const texts = stored(fields, verdict).map(({ text }) => text);
        expect(texts).toEqual(fields.map((field) => (field === "" ? null : String(BigInt(field.replace("+", ""))))));
      }),
    );
  });

  test("a number of at most 15 digits has its digits again in SQLite's text", () => {
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 14), max: 10 ** 14 }), fc.integer({ min: 1, max: 8 }), (digits, decimals) => {
        const field = (digits / 10 ** decimals).toFixed(decimals);
        fc.pre(field.replace(/\D/g, "").length <= 15);
        const [{ text } = { text: null }] = stored([field], profile([field]));
        expect(Number(text)).toBe(Number(field));
      }),
    );
  });
});

describe("more numbers than are remembered", () => {
  const many = Array.from({ length: maxSeenNumbers + 10 }, (_, index) => index / 8);

  test("are numbers where each has one way to be written", () => {
    expect(profile(many.map(String)).report.type).toBe("REAL");
    expect(profile(many.map((number) => number.toFixed(3))).report.type).toBe("REAL");
    expect(profile(many.map((number) => String(number * 8))).report.type).toBe("INTEGER");
  });

  test("are text where they are written in several ways, and this is told", () => {
    const verdict = profile(["1.50", ...many.map((number) => String(number + 2))]);
    expect(verdict.report.type).toBe("TEXT");
    expect(verdict.report.reason).toMatchObject({ rule: "too-many-to-compare" });
    expect(verdict.notices("a.csv", "a", "code")).toMatchObject([
      {
        code: "NUMBERS_NOT_COMPARED",
        facts: { file: "a.csv", table: "a", column: "code", limit: 100_000 },
        remedies: [{ option: "type", value: "a.code=real" }],
      },
    ]);
    expect(verdict.toStored("1.50")).toBe("1.50");
  });

  test("two texts of one number are found before the bound", () => {
    expect(ruleOf(...many.slice(0, 5000).map(String), "1.50")).toMatchObject({ rule: "same-number-twice", value: "1.50", other: "1.5" });
  });

  test("the columns of a table share their memory", () => {
    const memory = new NumberMemory();
    const mixed = ["1.50", ...many.slice(0, 60).map((number) => String(number + 2))];
    expect(profile(mixed, {}, memory).report.type).toBe("REAL");
    while (memory.take(64));
    expect(profile(mixed, {}, memory).report.reason).toEqual({ rule: "too-many-to-compare", value: "2", line: 3 });
    expect(profile(mixed.slice(1), {}, memory).report.type).toBe("REAL");
  });
});

describe("settings", () => {
  test("text is kept as it stands, and null words become NULL only where they are given", () => {
    expect(profile(["1", "2"], { type: "text" }).report).toMatchObject({ type: "TEXT", reason: { rule: "given" } });
    expect(profile(["1", "2"], { justStrings: true }).report.type).toBe("TEXT");
    expect(profile(["1", "NA"]).toStored("NA")).toBe("NA");
    const verdict = profile(["1", "NA", "-", ""], { null: ["NA", "-"] });
    expect(verdict.report).toMatchObject({ type: "INTEGER", nulls: 3 });
    expect(["1", "NA", "-", ""].map(verdict.toStored)).toEqual([1, null, null, null]);
    expect(verdict.blanks).toBe(1);
  });

  test("blank fields stay blank where that is asked for", () => {
    const verdict = profile(["1", "", "NA"], { emptyAsText: true, null: ["NA"] });
    expect(verdict.report).toMatchObject({ type: "INTEGER", nulls: 1 });
    expect(["1", "", "NA"].map(verdict.toStored)).toEqual([1, "", null]);
  });

  test("a blob is the text, without affinity", () => {
    const fields = ["007", "1.0"];
    const verdict = profile(fields, { type: "blob" });
    expect(verdict.report.type).toBe("BLOB");
    expect(stored(fields, verdict).map(({ value }) => value)).toEqual(fields);
  });
});

describe("a type that the owner gives", () => {
  test("makes numbers of all that SQLite takes for one, and says what stays", () => {
    const fields = ["007", " 2", "+3", "1E5", "10.1", "10.10", "n/a", ""];
    const verdict = profile(fields, { type: "real" });
    expect(verdict.report).toMatchObject({
      type: "REAL",
      nulls: 1,
      reason: { rule: "given" },
      least: "2",
      greatest: "n/a",
      converted: { as: "real", count: 6, unread: { value: "n/a", line: 8, count: 1 } },
    });
    expect(stored(fields, verdict).map(({ value }) => value)).toEqual([7, 2, 3, 1e5, 10.1, 10.1, "n/a", null]);
    expect(verdict.notices("a.csv", "a", "x").map(({ code, message }) => [code, message])).toEqual([
      ["VALUES_UNREAD", 'a.csv: 1 value of the column x cannot be read as numbers, and stays as it is; the first is "n/a" on line 8.'],
    ]);
  });

  test("integers of 64 bits are kept beside decimals", () => {
    const fields = ["9007199254740993", "1.5"];
    const verdict = profile(fields, { type: "real" });
    expect(verdict.report).toMatchObject({ type: "NUMERIC", reason: { rule: "too-many-digits", line: 2 } });
    expect(stored(fields, verdict).map(({ value }) => value)).toEqual([9007199254740993n, 1.5]);
  });

  test("a number that would lose digits stays text, and SQLite does not change it", () => {
    const fields = ["12345678901234567890", "5"];
    const verdict = profile(fields, { type: "integer" });
    expect(verdict.report).toMatchObject({
      type: "BLOB",
      reason: { rule: "unread-number", value: fields[0], line: 2 },
      converted: { count: 1 },
    });
    expect(stored(fields, verdict)).toMatchObject([
      { value: fields[0], type: "text" },
      { value: 5n, type: "integer" },
    ]);
  });

  test("whatever comes, a field is its own number or itself", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(numberText, fc.constantFrom("", "x", " 12 ", "007"))),
        fc.constantFrom("integer", "real", "numeric"),
        (fields, type) => {
          for (const [index, { value, type: kind }] of stored(fields, profile(fields, { type })).entries()) {
            const field = fields[index]!;
            if (kind === "integer") expect(Number(value)).toBe(Number(field) + 0);
            else if (kind === "real") expect(value).toBe(Number(field) + 0);
            else expect(value).toBe(field === "" ? null : field);
          }
        },
      ),
    );
  });
});
