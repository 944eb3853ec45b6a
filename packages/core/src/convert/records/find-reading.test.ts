import { describe, expect, test } from "vitest";
import type { FileSettings } from "../settings/settings.ts";
import { findReading } from "./find-reading.ts";
import { findIn, readAll } from "./fixtures.ts";

interface Case {
  readonly text: string;
  readonly given?: FileSettings;
  readonly name?: string;
  readonly header: readonly string[];
  readonly records: readonly (readonly string[])[];
  readonly codes?: readonly string[];
  readonly title?: string;
}

function testAll(cases: Readonly<Record<string, Case>>): void {
  test.each(Object.entries(cases))("%s", async (_, { text, given, name, header, records, codes = [], title = null }) => {
    const found = await findIn(text, given, name);
    expect(await readAll(text, found.reading)).toMatchObject({ header, records, ragged: [] });
    expect(found.codes).toEqual(codes);
    expect(found.reading.title).toBe(title);
  });
}

describe("the delimiter", () => {
  testAll({
    "a semicolon file whose header holds a comma": {
      text: "Land;Anteil, in Prozent;Jahr\nA;12,5;2020\nB;7,1;2021\n",
      header: ["Land", "Anteil, in Prozent", "Jahr"],
      records: [
        ["A", "12,5", "2020"],
        ["B", "7,1", "2021"],
      ],
      codes: ["DELIMITER_DETECTED"],
    },
    "the same of two columns can be read in two ways": {
      text: "Land;Anteil, in Prozent\nA;12,5\nB;7,2\nC;0,1\n",
      header: ["Land", "Anteil, in Prozent"],
      records: [
        ["A", "12,5"],
        ["B", "7,2"],
        ["C", "0,1"],
      ],
      codes: ["DELIMITER_DETECTED", "DELIMITER_CLOSE"],
    },
    "tabs in a .csv with commas in every field": {
      text: "Town, county\tPop\nA, X\t10\nB, Y\t20\n",
      header: ["Town, county", "Pop"],
      records: [
        ["A, X", "10"],
        ["B, Y", "20"],
      ],
      codes: ["DELIMITER_DETECTED", "DELIMITER_CLOSE"],
    },
    "more columns by the semicolon than by a comma in the header": {
      text: "SKU;Name (100 chars, required);Price\nA;x;1.0\nB;y;2.0\n",
      header: ["SKU", "Name (100 chars, required)", "Price"],
      records: [
        ["A", "x", "1.0"],
        ["B", "y", "2.0"],
      ],
      codes: ["DELIMITER_DETECTED"],
    },
    "a quoted header that holds the rival": {
      text: '"a, b";"c"\n"x, y";1\n',
      header: ["a, b", "c"],
      records: [["x, y", "1"]],
      codes: ["DELIMITER_DETECTED"],
    },
    "lists inside of fields are no delimiter": {
      text: "id,tags\n1,a;b\n2,c;d\n",
      header: ["id", "tags"],
      records: [
        ["1", "a;b"],
        ["2", "c;d"],
      ],
    },
    "either delimiter is as good: that of the extension": {
      text: "a,b;c\n1,2;3\n",
      header: ["a", "b;c"],
      records: [["1", "2;3"]],
      codes: ["DELIMITER_CLOSE"],
    },
    "a header alone": { text: "a;b;c\n", header: ["a", "b", "c"], records: [], codes: ["DELIMITER_DETECTED"] },
    "texts of one column that hold commas": {
      text: "text\nHello, world\nGood bye, all, of you\n",
      header: ["text"],
      records: [["Hello, world"], ["Good bye, all, of you"]],
      codes: ["DELIMITER_SUSPECT"],
    },
    "a semicolon in every text of one column": {
      text: "text\na;b\nc;d\n",
      header: ["text"],
      records: [["a;b"], ["c;d"]],
      codes: ["DELIMITER_SUSPECT"],
    },
    "columns of fixed width": {
      text: "id   name   n\n1    a      3\n22   bbb    4\n",
      header: ["id   name   n"],
      records: [["1    a      3"], ["22   bbb    4"]],
      codes: ["FIXED_WIDTH"],
    },
    "what is given": { text: "a,b;c\n1,2;3\n", given: { separator: ";" }, header: ["a,b", "c"], records: [["1,2", "3"]] },
  });

  test.each([";", "\t", "|", "^", "~"])("%j is found", async (delimiter) => {
    const { reading, notices } = await findIn(["id,name,n", "1,a,3", "2,b,4", ""].join("\n").replaceAll(",", delimiter));
    expect(reading.dialect.delimiter).toBe(delimiter);
    expect(notices).toMatchObject([{ code: "DELIMITER_DETECTED", facts: { delimiter } }]);
  });

  test("what is close names the rival, what each gives and the option", async () => {
    const { notices } = await findIn("Land;Anteil, in Prozent\nA;12,5\nB;7,2\n");
    expect(notices[1]).toMatchObject({
      code: "DELIMITER_CLOSE",
      facts: { file: "t.csv", delimiter: ";", rival: "," },
      remedies: [{ action: "set-option", option: "separator", value: "t.csv=," }],
    });
    expect(notices[1]!.message).toContain("';' gives 2 columns (Land · Anteil, in Prozent), first record: A · 12,5");
    expect(notices[1]!.message).toContain("',' gives 2 columns (Land;Anteil · in Prozent), first record: A;12 · 5");
  });
});

describe("Excel's sep= line", () => {
  const codes = ["DELIMITER_DETECTED"];
  testAll({
    "three columns": {
      text: "sep=;\r\nRegion;Amount;Year\r\nNord;10;2024\r\n",
      header: ["Region", "Amount", "Year"],
      records: [["Nord", "10", "2024"]],
      codes,
    },
    "two columns by a comma": {
      text: "sep=,\r\nRegion,Amount\r\nNord,10\r\n",
      header: ["Region", "Amount"],
      records: [["Nord", "10"]],
      codes,
    },
    "in quotes, in capitals, a tab": { text: '"SEP=\t"\r\na\tb\r\n1\t2\r\n', header: ["a", "b"], records: [["1", "2"]], codes },
    "a delimiter that nobody else uses": { text: "sep=#\na#b\n1#2\n", header: ["a", "b"], records: [["1", "2"]], codes },
    "above a title": {
      text: "sep=;\nBericht\n\nLand;Wert\nA;1\nB;2\n",
      header: ["Land", "Wert"],
      records: [
        ["A", "1"],
        ["B", "2"],
      ],
      codes: ["DELIMITER_DETECTED", "TITLE_SKIPPED"],
      title: "Bericht",
    },
    "another delimiter given": { text: "sep=;\na,b\n1,2\n", given: { separator: "," }, header: ["a", "b"], records: [["1", "2"]] },
    "skipped as given": { text: "sep=;\na;b\n1;2\n", given: { skip: 1 }, header: ["a", "b"], records: [["1", "2"]], codes },
  });
});

async function remediesOf(text: string) {
  return (await findIn(text)).notices[0]!.remedies;
}

describe("the style of quotes", () => {
  const codes = ["DIALECT_DETECTED"];
  testAll({
    "quotes after a backslash": {
      text: 'id,t\n1,"he said \\"hi\\", ok"\n2,"C:\\\\"\n',
      header: ["id", "t"],
      records: [
        ["1", 'he said "hi", ok'],
        ["2", "C:\\"],
      ],
      codes,
    },
    "a path that ends in a backslash": {
      text: 'id,path,x\n1,"C:\\dir\\",x\n2,"D:\\e\\",y\n',
      header: ["id", "path", "x"],
      records: [
        ["1", "C:\\dir\\", "x"],
        ["2", "D:\\e\\", "y"],
      ],
    },
    "single quotes around a delimiter": {
      text: "id,name\n1,'Smith, J'\n2,'Doe, K'\n",
      header: ["id", "name"],
      records: [
        ["1", "Smith, J"],
        ["2", "Doe, K"],
      ],
      codes,
    },
    "single quotes around every field, with escapes of both kinds": {
      text: "'id','t'\n'1','O\\'Brien'\n'2','O''Hara'\n",
      header: ["id", "t"],
      records: [
        ["1", "O'Brien"],
        ["2", "O'Hara"],
      ],
      codes,
    },
    apostrophes: {
      text: "id,name\n1,O'Brien\n2,'Tis\n",
      header: ["id", "name"],
      records: [
        ["1", "O'Brien"],
        ["2", "'Tis"],
      ],
    },
    "spaces behind the quotes": {
      text: '"id" ,"name" \n"1" ,"a" \n"2" ,"b" \n',
      header: ["id", "name"],
      records: [
        ["1", "a"],
        ["2", "b"],
      ],
      codes,
    },
    "spaces before the quotes": {
      text: 'id, name, n\n1, "Smith, J", 3\n2, "Doe", 4\n',
      header: ["id", "name", "n"],
      records: [
        ["1", "Smith, J", "3"],
        ["2", "Doe", "4"],
      ],
      codes,
    },
    "spaces that belong to quoted fields": { text: 'a,b\n" x "," y"\n', header: ["a", "b"], records: [[" x ", " y"]] },
    "lines in quotes as a whole": {
      text: '"id,name,n"\n"1,""Smith, J"",3"\n"2,b,4"\n',
      header: ["id", "name", "n"],
      records: [
        ["1", "Smith, J", "3"],
        ["2", "b", "4"],
      ],
      codes,
    },
    "only lines that hold quotes in quotes": {
      text: 'id,name\n"1,""Smith, J"""\n2,b\n',
      header: ["id", "name"],
      records: [
        ["1", "Smith, J"],
        ["2", "b"],
      ],
      codes,
    },
    "quotes that are text, between tabs": {
      text: 'id\tt\n1\t"Foo" bar\n2\t"baz\n',
      name: "t.tsv",
      header: ["id", "t"],
      records: [
        ["1", '"Foo" bar'],
        ["2", '"baz'],
      ],
      codes,
    },
    "columns that are lined up, and quotes after a backslash": {
      text: 'name,          medal,  n\n"Usain Bolt",  "GOLD", 9\n"T. \\"E\\" Z", "GOLD", 8\n',
      header: ["name", "medal", "n"],
      records: [
        ["Usain Bolt", "GOLD", "9"],
        ['T. "E" Z', "GOLD", "8"],
      ],
      codes,
    },
    "a space at the end of the header, and single quotes inside of fields": {
      text: '"a","b" \n"\'x\'","y"\n"z","w"\n',
      header: ["a", "b"],
      records: [
        ["'x'", "y"],
        ["z", "w"],
      ],
      codes,
    },
    "quotes after a backslash between tabs": {
      text: 'id\tt\n1\t"a \\"b\\""\n',
      name: "t.tsv",
      header: ["id", "t"],
      records: [["1", 'a "b"']],
      codes,
    },
    "a formula that keeps zeros": { text: 'zip,n\n="00123",1\n', header: ["zip", "n"], records: [['="00123"', "1"]] },
    inches: { text: 'a,b\n5" pipe,x\n', header: ["a", "b"], records: [['5" pipe', "x"]] },
    "what is given: no quotes": {
      text: 'a,b\n"big" pipe,x\n1,2\n',
      given: { quote: "none" },
      header: ["a", "b"],
      records: [
        ['"big" pipe', "x"],
        ["1", "2"],
      ],
    },
    "what is given: double quotes only": {
      text: "'id','t'\n'1','x'\n",
      given: { quote: '"' },
      header: ["'id'", "'t'"],
      records: [["'1'", "'x'"]],
    },
  });

  test("what was found names the option that undoes it", async () => {
    expect(await remediesOf("id,name\n1,'Smith, J'\n")).toMatchObject([{ option: "quote", value: 't.csv="' }]);
    expect(await remediesOf('id,t\n1,"a \\"b\\", c"\n')).toMatchObject([{ option: "escape", value: "t.csv=double" }]);
    expect(await remediesOf("a,b,\n1,2,\n")).toMatchObject([{ option: "ragged", value: "t.csv=pad" }]);
    expect(await remediesOf("a,b\n1,2,\n")).toMatchObject([{ option: "ragged", value: "t.csv=error" }]);
  });
});

describe("delimiters at the end of records", () => {
  const codes = ["DIALECT_DETECTED"];
  const header = ["a", "b"];
  const records = [
    ["1", "2"],
    ["3", "4"],
  ];
  testAll({
    "of the records alone": { text: "a,b\n1,2,\n3,4,\n", header, records, codes },
    "of all": { text: "a,b,\n1,2,\n3,4,\n", header, records, codes },
    "of the header alone": { text: "a,b,\n1,2\n3,4\n", header, records, codes },
    "above a value: the column has no name": {
      text: "a,b,\n1,2,\n3,4,x\n",
      header: ["a", "b", ""],
      records: [
        ["1", "2", ""],
        ["3", "4", "x"],
      ],
    },
    "kept where long records are padded": {
      text: "a,b,\n1,2,\n",
      given: { ragged: "pad" },
      header: ["a", "b", ""],
      records: [["1", "2", ""]],
    },
  });

  test("a value far below shows that the column is one", async () => {
    const text = `a,b,\n${"1,2,\n".repeat(3000)}3,4,x\n`;
    const { reading, codes: told } = await findIn(text);
    const { header: names, records: all } = await readAll(text, reading);
    expect([names, all.length, all.at(-1), told]).toEqual([["a", "b", ""], 3001, ["3", "4", "x"], []]);
  });
});

describe("what stands above the header", () => {
  const codes = ["TITLE_SKIPPED"];
  const table = "Dept,Amount,Year\nRoads,100,2024\nParks,50,2024\n";
  const header = ["Dept", "Amount", "Year"];
  const records = [
    ["Roads", "100", "2024"],
    ["Parks", "50", "2024"],
  ];
  testAll({
    "a title": { text: `Budget of the town\n${table}`, header, records, codes, title: "Budget of the town" },
    "a title with a comma": { text: `Budget, 2024\n${table}`, header, records, codes, title: "Budget, 2024" },
    "a title and a blank row, padded": { text: `Budget of the town,,\n,,\n${table}`, header, records, codes, title: "Budget of the town" },
    comments: { text: `# made by x, on Monday\n#\n${table}`, header, records, codes, title: "made by x, on Monday" },
    "notes of two cells above a blank row": { text: `Date:,2024-01-01\n\n${table}`, header, records, codes, title: "Date:,2024-01-01" },
    "the same, padded": { text: `Date:,2024-01-01,\n,,\n${table}`, header, records, codes, title: "Date:,2024-01-01" },
    "blank rows, padded": { text: `,,\n,,\n${table}`, header, records, codes },
    "blank lines are nothing to tell": { text: `\n\n${table}`, header, records },
    "as many lines as are given": { text: `Budget\nx,y\n${table}`, given: { skip: 2 }, header, records },
    "a header after a number sign": {
      text: "#id,name\n1,a\n2,b\n",
      header: ["#id", "name"],
      records: [
        ["1", "a"],
        ["2", "b"],
      ],
    },
    "a row of units is data": {
      text: "Station,Rain,Temp\n,mm,C\nA,1.5,20\n",
      header: ["Station", "Rain", "Temp"],
      records: [
        ["", "mm", "C"],
        ["A", "1.5", "20"],
      ],
    },
    "a last column without a name": {
      text: "id,name,\n1,a,\n,,\n3,c,x\n4,d,y\n",
      header: ["id", "name", ""],
      records: [
        ["1", "a", ""],
        ["", "", ""],
        ["3", "c", "x"],
        ["4", "d", "y"],
      ],
    },
  });

  test("nothing is skipped where that is said", async () => {
    const { reading, codes: told } = await findIn(`Budget,,\n,,\n${table}`, { skip: 0 });
    expect([reading.skip, reading.title, told]).toEqual([0, null, []]);
  });

  test("the lines and the option are told", async () => {
    const { notices } = await findIn(`Budget of the town\n\n${table}`);
    expect(notices).toMatchObject([
      { facts: { file: "t.csv", lines: 2, text: "Budget of the town" }, remedies: [{ option: "skip", value: "t.csv=0" }] },
    ]);
  });
});

describe("the records of the header", () => {
  testAll({
    none: {
      text: "2024-01-01,12.5\n2024-01-02,13.5\n",
      given: { headerRows: 0 },
      header: ["column_1", "column_2"],
      records: [
        ["2024-01-01", "12.5"],
        ["2024-01-02", "13.5"],
      ],
    },
    "two, with merged cells": {
      text: "2023,,2024,\nm,f,m,f\n1,2,3,4\n",
      given: { headerRows: 2 },
      header: ["2023 m", "2023 f", "2024 m", "2024 f"],
      records: [["1", "2", "3", "4"]],
    },
    "two below a title": {
      text: "People\n2023,,2024,\nm,f,m,f\n1,2,3,4\n",
      given: { headerRows: 2 },
      header: ["2023 m", "2023 f", "2024 m", "2024 f"],
      records: [["1", "2", "3", "4"]],
      codes: ["TITLE_SKIPPED"],
      title: "People",
    },
  });
});

test("records below the table do not count where they are left out", async () => {
  const text = "a;b\n1;2\nSource, of all: me\n";
  const { reading } = await findIn(text, { skipEnd: 1 });
  expect(await readAll(text, reading)).toMatchObject({ header: ["a", "b"], records: [["1", "2"]] });
});

test("long records that are padded widen the table to the longest", async () => {
  const text = "a,b\n1\n1,2\n1,2,3\n1,2,3,4,\n";
  const { reading } = await findIn(text, { ragged: "pad" });
  const { header, records } = await readAll(text, reading);
  expect(reading.width).toBe(4);
  expect(header).toEqual(["a", "b", "", ""]);
  expect(records).toEqual([
    ["1", "", "", ""],
    ["1", "2", "", ""],
    ["1", "2", "3", ""],
    ["1", "2", "3", "4"],
  ]);
});

test("an encoding that is given decides what the delimiters are", async () => {
  const { reading } = await findIn(Buffer.from("a;b\n1;2\n", "utf16le"), {}, "t.csv", "utf-16le");
  expect(reading).toMatchObject({ encoding: "utf-16le", dialect: { delimiter: ";" } });
});

test("a search that is cancelled stops", async () => {
  const input = { path: import.meta.filename, name: "x", delimiter: "," };
  await expect(findReading(input, "utf-8", {}, [], AbortSignal.abort())).rejects.toThrow("abort");
});
