import { mkdir, readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { ConvertOptions } from "./dataset.ts";
import { makeFolder, query, recordEvents, snapshot } from "./fixtures.ts";
import { convert } from "./make-dataset.ts";

async function convertText(content: string | Uint8Array, options: ConvertOptions = {}, name = "t.csv") {
  await using folder = await makeFolder({ [name]: content });
  const ctx = recordEvents();
  const database = await convert([folder.at(name)], folder.at("out.db"), options, ctx);
  const table = database.tables.find((candidate) => candidate.name === "t")!;
  return { rows: query(database.path, 'SELECT * FROM "t"'), types: table.columns.map(({ type }) => type), table, warnings: ctx.warnings() };
}

test("leading zeros and plus signs survive (csvs-to-sqlite: 02134 -> 2134)", async () => {
  const { rows, types } = await convertText("zip,phone,n\n02134,+15551234,1\n10001,+15559999,2\n");
  expect(types).toEqual(["TEXT", "TEXT", "INTEGER"]);
  expect(rows[0]).toEqual({ zip: "02134", phone: "+15551234", n: 1 });
});

test("an extra field in the first record is an error, not a shift of every column", async () => {
  await expect(convertText("a,b\n1,2,3\n4,5\n")).rejects.toMatchObject({ code: "CSV_INVALID", facts: { line: 2, fields: 3, columns: 2 } });
});

test("what stands above the header is left out, and is the table's description", async () => {
  const { rows, table, warnings } = await convertText("Budget 2026\n\n\n\na,b\n1,2\n");
  expect([rows, table.description, warnings]).toEqual([[{ a: 1, b: 2 }], "Budget 2026", ["TITLE_SKIPPED"]]);
});

test("large integers beside blanks stay exact and distinct", async () => {
  const { rows, types } = await convertText("a,b\n1234567,9007199254740993\n1234568,\n,9223372036854775807\n,-9223372036854775808\n");
  expect(types).toEqual(["INTEGER", "INTEGER"]);
  expect(rows.map(({ a }) => a)).toEqual([1234567, 1234568, null, null]);
  expect(rows.map(({ b }) => b)).toEqual([9007199254740993n, null, 9223372036854775807n, -9223372036854775808n]);
});

test("integers beyond 64 bits are TEXT", async () => {
  const { rows, types } = await convertText("a,b\n9223372036854775808,-9223372036854775809\n1,2\n");
  expect(types).toEqual(["TEXT", "TEXT"]);
  expect(rows[0]).toEqual({ a: "9223372036854775808", b: "-9223372036854775809" });
});

test("one text value after 100,000 numbers makes the whole column TEXT", async () => {
  const lines = Array.from({ length: 100_000 }, (_, index) => String(index).padStart(6, "0"));
  const { rows, types } = await convertText(`code,n\n${lines.map((line, index) => `${line},${index}`).join("\n")}\nA1,0\n`);
  expect(types).toEqual(["TEXT", "INTEGER"]);
  expect(rows[1]).toEqual({ code: "000001", n: 1 });
  expect(rows.at(-1)).toEqual({ code: "A1", n: 0 });
});

test("justStrings is TEXT everywhere, blanks included", async () => {
  const { rows, types } = await convertText("a,b\n1,\n2,3\n", { justStrings: true });
  expect(types).toEqual(["TEXT", "TEXT"]);
  expect(rows).toEqual([
    { a: "1", b: null },
    { a: "2", b: "3" },
  ]);
});

test("one bad file fails the run and leaves no output", async () => {
  await using folder = await makeFolder({ "in/good.csv": "a\n1\n", "in/ragged.csv": "a,b\n1\n" });
  const before = await snapshot(folder.path);
  await expect(convert([folder.at("in")], folder.at("out.db"), {}, recordEvents())).rejects.toMatchObject({
    code: "CSV_INVALID",
    facts: { line: 2 },
  });
  expect(await snapshot(folder.path)).toEqual(before);
});

test("REAL only when every digit survives", async () => {
  const values = ["1.5", "-0.25", "7", "1.0e3", "1e-3", ".5", "2.", "+4.5", "0.30000000000000004"];
  expect((await convertText(`a\n${values.join("\n")}\n`)).types).toEqual(["REAL"]);
  for (const value of ["01.5", "1e3", "1.50", "0.1234567890123456789", "1.0e999", "1.0e-320", "Infinity", "0x10", "1_000", " 1.5", "1,5"])
    expect((await convertText(`a,b\n1.5,x\n"${value}",x\n`)).types[0]).toBe("TEXT");
  expect((await convertText("a\n9007199254740993\n1.5\n")).types).toEqual(["TEXT"]);
});

test("NA, null and NaN are text; spaces are kept", async () => {
  const { rows } = await convertText('a,b\n1,NA\n2,null\n3,N/A\n4,NaN\n5," x "\n6,   \n');
  expect(rows.map(({ b }) => b)).toEqual(["NA", "null", "N/A", "NaN", " x ", "   "]);
});

test("blank is NULL, or '' with emptyAsText", async () => {
  const csv = 'n,s\n1,x\n,""\n';
  expect((await convertText(csv)).rows[1]).toEqual({ n: null, s: null });
  const kept = await convertText(csv, { emptyAsText: true });
  expect(kept.rows).toEqual([
    { n: 1, s: "x" },
    { n: "", s: "" },
  ]);
  expect(kept.types).toEqual(["INTEGER", "TEXT"]);
  expect(kept.table.columns.map(({ nulls }) => nulls)).toEqual([0, 0]);
});

test("repeated and blank headers are renamed with a notice", async () => {
  const { rows, warnings } = await convertText("a,A,,a_2,a\n1,2,3,4,5\n");
  expect(rows).toEqual([{ a: 1, A_3: 2, column_3: 3, a_2: 4, a_4: 5 }]);
  expect(warnings).toEqual(["COLUMN_RENAMED", "COLUMN_RENAMED", "COLUMN_RENAMED", "HEADER_SUSPECT"]);
});

test("header only: a table of TEXT columns without rows; 0 bytes: an error", async () => {
  const { rows, types, table } = await convertText("a,b");
  expect({ rows, types, count: table.rows }).toEqual({ rows: [], types: ["TEXT", "TEXT"], count: 0 });
  await expect(convertText("")).rejects.toMatchObject({ code: "CSV_INVALID" });
});

test("BOM, CRLF, quotes, quoted newlines, TSV and other separators", async () => {
  const { rows } = await convertText('\uFEFFa,b\r\n"x ""y""","1\r\n2"\r\n5" pipe,é\r\n');
  expect(rows).toEqual([
    { a: 'x "y"', b: "1\r\n2" },
    { a: '5" pipe', b: "é" },
  ]);
  expect((await convertText("a\tb\n1,5\t2\n", {}, "t.TSV")).rows).toEqual([{ a: "1,5", b: 2 }]);
  expect((await convertText("a;b\n1;2\n", { everyFile: { separator: ";" } })).rows).toEqual([{ a: 1, b: 2 }]);
  await expect(convertText("a\n", { everyFile: { separator: "::" } })).rejects.toMatchObject({ code: "OPTION_INVALID" });
});

test("each file is read with the delimiter it is written with, and a warning says so", async () => {
  const files = { "in/a.csv": "a,b\n1,2\n", "in/b.csv": 'a;b\n1;"2,5"\n2;3,5', "in/c.csv": '"a"\t"b"\n1\t2;\n', "in/d.tsv": "a|b;c|d\n" };
  await using folder = await makeFolder(files);
  const ctx = recordEvents();
  const { path, tables } = await convert([folder.at("in")], folder.at("out.db"), {}, ctx);
  expect(tables.map(({ columns }) => columns.length)).toEqual([2, 2, 2, 3]);
  expect(query(path, "SELECT * FROM b")).toEqual([
    { a: 1, b: "2,5" },
    { a: 2, b: "3,5" },
  ]);
  expect(ctx.warnings()).toEqual(["DELIMITER_DETECTED", "DELIMITER_DETECTED", "DELIMITER_DETECTED", "NUMBERS_AS_TEXT"]);
});

test("no delimiter is taken that the records contradict, nor another than the one that is given", async () => {
  expect((await convertText("a;b\n1\n")).warnings).toEqual(["DELIMITER_SUSPECT"]);
  expect((await convertText("a,b;c\n1,2;3\n")).rows).toEqual([{ a: 1, "b;c": "2;3" }]);
  expect((await convertText("a;b\n1;2\n", { everyFile: { separator: "|" } })).warnings).toEqual(["DELIMITER_SUSPECT"]);
  await expect(convertText("a;b\n1;2,5\n3\n")).rejects.toMatchObject({ code: "CSV_INVALID", facts: { line: 3 } });
  const long = await convertText(`a;b\n${`1;${"x".repeat(1000)}\n`.repeat(900)}3;4,5\n`);
  expect([long.rows.at(-1), long.warnings]).toEqual([{ a: 3, b: "4,5" }, ["DELIMITER_DETECTED"]]);
});

test("UTF-16 with a BOM is decoded; other encodings are refused with line and byte", async () => {
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("a,b\n1,é😀\n", "utf16le")]);
  expect((await convertText(utf16)).rows).toEqual([{ a: 1, b: "é😀" }]);
  expect((await convertText(Buffer.from(utf16).swap16())).rows).toEqual([{ a: 1, b: "é😀" }]);
  const cp1252 = Buffer.from("a,b\nok,\xe9\x80\n", "latin1");
  await expect(convertText(cp1252)).rejects.toMatchObject({ code: "CSV_ENCODING", facts: { line: 2, byte: 7 } });
  const late = Buffer.concat([Buffer.from(`a\n${"é\n".repeat(300_000)}`), Buffer.from([0xc3])]);
  await expect(convertText(late)).rejects.toMatchObject({ code: "CSV_ENCODING", facts: { line: 300_002, byte: 900_002 } });
});

test("what is not UTF-8 is read in the encoding that is named, and is named", async () => {
  const cp1252 = Buffer.from("a,b\nok,\xe9\x80\n", "latin1");
  for (const encoding of ["windows-1252", "Latin1"]) {
    const { rows, warnings } = await convertText(cp1252, { everyFile: { encoding } });
    expect([rows, warnings]).toEqual([[{ a: "ok", b: "é€" }], ["ENCODING_TAKEN"]]);
  }
  const japanese = Buffer.concat([Buffer.from("a\n"), Buffer.from("93fa967b0a".repeat(90_000), "hex")]);
  expect((await convertText(japanese, { everyFile: { encoding: "shift_jis" } })).rows.at(-1)).toEqual({ a: "日本" });
  const utf8 = await convertText("a\né\n", { everyFile: { encoding: "windows-1252" } });
  expect([utf8.rows, utf8.warnings]).toEqual([[{ a: "é" }], []]);
  const utf16 = Buffer.from("\uFEFFa\né\n", "utf16le");
  expect((await convertText(utf16, { everyFile: { encoding: "windows-1252" } })).rows).toEqual([{ a: "é" }]);
  const message = expect.stringContaining("bytes that are not euc-jp") as string;
  await expect(convertText(cp1252, { everyFile: { encoding: "euc-jp" } })).rejects.toMatchObject({ code: "CSV_ENCODING", message });
  await expect(convertText(cp1252, { everyFile: { encoding: "utf8" } })).rejects.toMatchObject({
    code: "CSV_ENCODING",
    facts: { line: 2, byte: 7 },
  });
  const jis = Buffer.from("610a1b24422440403b1b28420a".replace("2440403b", "467c4b5c"), "hex");
  expect((await convertText(jis, { everyFile: { encoding: "iso-2022-jp" } })).rows).toEqual([{ a: "日本" }]);
  for (const [encoding, code] of [
    ["ansi", "OPTION_INVALID"],
    ["utf-16le", "CSV_ENCODING"],
  ] as const)
    await expect(convertText(cp1252, { everyFile: { encoding } })).rejects.toMatchObject({ code });
});

test("broken quotes are errors that name the line", async () => {
  await expect(convertText('a,b\n1,2\n"x,3\n4,5\n')).rejects.toMatchObject({ code: "CSV_INVALID", facts: { line: 3 } });
  await expect(convertText('a,b\n"x"y,3\n')).rejects.toMatchObject({ code: "CSV_INVALID", facts: { line: 2 } });
  await expect(convertText(`a\n${"x\n".repeat(5000)}\0\n`)).rejects.toMatchObject({ code: "CSV_INVALID", facts: { line: 5002 } });
  await expect(convertText(`${"a,".repeat(2000)}b\n`)).rejects.toMatchObject({ code: "CSV_INVALID" });
});

test("same input, same bytes; the folder of the input stays byte-identical", async () => {
  await using folder = await makeFolder({ "in/a.csv": "id,t\n1,hello world\n", "in/sub/a.csv": "x\n1.5\n" });
  const before = await snapshot(folder.at("in"));
  await mkdir(folder.at("out"));
  const ctx = recordEvents();
  const options = { fts: ["t"], index: ["id"] };
  const first = await convert([folder.at("in")], folder.at("out/1.db"), options, ctx);
  const second = await convert([folder.at("in")], folder.at("out/2.db"), options, ctx);
  expect(second.sha256).toBe(first.sha256);
  expect(await readFile(folder.at("out/1.db"))).toEqual(await readFile(folder.at("out/2.db")));
  expect(await snapshot(folder.at("in"))).toEqual(before);
  expect(await readdir(folder.at("out"))).toEqual(["1.db", "2.db"]);
  expect(first.tables.map(({ name }) => name)).toEqual(["a", "a_fts", "a_fts_data", "a_fts_idx", "a_fts_docsize", "a_fts_config", "sub/a"]);
  expect(query(first.path, "PRAGMA journal_mode")).toEqual([{ journal_mode: "delete" }]);
  expect(ctx.events.findLast((event) => event.type === "step.progressed")).toMatchObject({ done: 25, total: 25, unit: "bytes" });
});
