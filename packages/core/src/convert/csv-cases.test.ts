import { expect, test } from "vitest";
import type { ConvertOptions } from "./dataset.ts";
import { makeFolder, query, recordEvents } from "./fixtures.ts";
import { convert } from "./make-dataset.ts";

/** Files as people have them, whole: what becomes of each, and what is said. The parts have tests of their own. */
interface Case {
  readonly bytes: string | Uint8Array;
  readonly options?: ConvertOptions;
  /** `name TYPE` of each column. */
  readonly columns: readonly string[];
  /** All rows, the values in the order of the columns. */
  readonly rows: readonly (readonly unknown[])[];
  /** Codes of the warnings, sorted. */
  readonly told?: readonly string[];
}

async function convertCase({ bytes, options = {} }: Pick<Case, "bytes" | "options">) {
  await using folder = await makeFolder({ "t.csv": bytes });
  const ctx = recordEvents();
  const { path, tables } = await convert([folder.at("t.csv")], folder.at("out.db"), { verify: true, private: "off", ...options }, ctx);
  const table = tables.find(({ name }) => name === "t")!;
  return {
    columns: table.columns.map(({ name, type }) => `${name} ${type}`),
    rows: query(path, "SELECT * FROM t").map((row) => Object.values(row)),
    told: ctx.warnings().toSorted(),
    description: table.description,
  };
}

const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "utf16le"));
/** Text whose characters are bytes. */
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

const cases: Readonly<Record<string, Case>> = {
  "a comma in a heading beside semicolons and decimal commas": {
    bytes: "Land;Anteil, in Prozent;Jahr\nA;12,5;2020\nB;7,1;2021\n",
    columns: ["Land TEXT", "Anteil, in Prozent TEXT", "Jahr INTEGER"],
    rows: [
      ["A", "12,5", 2020],
      ["B", "7,1", 2021],
    ],
    told: ["DELIMITER_DETECTED", "NUMBERS_AS_TEXT"],
  },
  "a comma in a heading beside tabs": {
    bytes: "Town, county\tPop\nA, X\t10\nB, Y\t20\n",
    columns: ["Town, county TEXT", "Pop INTEGER"],
    rows: [
      ["A, X", 10],
      ["B, Y", 20],
    ],
    told: ["DELIMITER_CLOSE", "DELIMITER_DETECTED"],
  },
  "an uneven reading by the comma": {
    bytes: "SKU;Name (100 chars, required);Price\nA;x;1.0\nB;y;2.0\n",
    columns: ["SKU TEXT", "Name (100 chars, required) TEXT", "Price REAL"],
    rows: [
      ["A", "x", 1],
      ["B", "y", 2],
    ],
    told: ["DELIMITER_DETECTED"],
  },
  "codes of which two are one number": {
    bytes: "code,title\n10.1,Meat\n10.2,Fish\n10.10,Other\n10.20,More\n",
    columns: ["code TEXT", "title TEXT"],
    rows: [
      ["10.1", "Meat"],
      ["10.2", "Fish"],
      ["10.10", "Other"],
      ["10.20", "More"],
    ],
  },
  "codes with an E": {
    bytes: "room,seats\n1E5,10\n2E3,20\n100,3\n100000,9\n",
    columns: ["room TEXT", "seats INTEGER"],
    rows: [
      ["1E5", 10],
      ["2E3", 20],
      ["100", 3],
      ["100000", 9],
    ],
  },
  "numbers as R and GPS receivers write them": {
    bytes: "a,b,c,d\n.5,1.,+48.2,8.99E-05\n-.25,2.5,-9.1,1.5\n",
    columns: ["a REAL", "b REAL", "c REAL", "d REAL"],
    rows: [
      [0.5, 1, 48.2, 8.99e-5],
      [-0.25, 2.5, -9.1, 1.5],
    ],
  },
  "Excel's line that names the delimiter": {
    bytes: "sep=;\r\nRegion;Amount\r\nNord;10\r\n",
    columns: ["Region TEXT", "Amount INTEGER"],
    rows: [["Nord", 10]],
    told: ["DELIMITER_DETECTED"],
  },
  "Excel's line saved again as a record of one field": {
    bytes: "sep=;;\r\nRegion;Amount\r\nNord;10\r\n",
    columns: ["Region TEXT", "Amount INTEGER"],
    rows: [["Nord", 10]],
    told: ["DELIMITER_DETECTED"],
  },
  "the unit separator of ASCII": {
    bytes: "id\u001fname\n1\u001fA, B\n2\u001fC\n",
    columns: ["id INTEGER", "name TEXT"],
    rows: [
      [1, "A, B"],
      [2, "C"],
    ],
    told: ["DELIMITER_DETECTED"],
  },
  "a delimiter that is not looked for": {
    bytes: "id:name\n1:A\n2:B\n",
    columns: ["id:name TEXT"],
    rows: [["1:A"], ["2:B"]],
    told: ["DELIMITER_SUSPECT"],
  },
  "a table between titles and notes, whose header has no name and dates": {
    bytes: "Office\nTable: Towns, by day\n;;\n;1.1.2021;1.1.2022\nA;1;2\nB;3;4\n___\nNote\n",
    columns: ["Office TEXT"],
    rows: [["Table: Towns, by day"], [";;"], [";1.1.2021;1.1.2022"], ["A;1;2"], ["B;3;4"], ["___"], ["Note"]],
    told: ["DELIMITER_SUSPECT"],
  },
  "that table once its place is said": {
    bytes: "Office\nTable: Towns, by day\n;;\n;1.1.2021;1.1.2022\nA;1;2\nB;3;4\n___\nNote\n",
    options: { everyFile: { separator: ";", skip: 3, skipEnd: 2 } },
    columns: ["column_1 TEXT", "1.1.2021 INTEGER", "1.1.2022 INTEGER"],
    rows: [
      ["A", 1, 2],
      ["B", 3, 4],
    ],
    told: ["COLUMN_RENAMED"],
  },
  "a table that begins in the second row and column of a sheet": {
    bytes: ",,,\n,Region,Amount,\n,Nord,1,\n,Süd,2,\n",
    columns: ["column_1 TEXT", "Region TEXT", "Amount INTEGER"],
    rows: [
      [null, "Nord", 1],
      [null, "Süd", 2],
    ],
    told: ["COLUMN_RENAMED", "DIALECT_DETECTED", "TITLE_SKIPPED"],
  },
  "a rule below the header": {
    bytes: "id,name\n--,----\n1,A\n2,B\n",
    columns: ["id TEXT", "name TEXT"],
    rows: [
      ["--", "----"],
      ["1", "A"],
      ["2", "B"],
    ],
    told: ["HEADER_SUSPECT", "NULL_WORDS"],
  },
  "a message in the place of the data": {
    bytes: "404: Not Found",
    columns: ["404: Not Found TEXT"],
    rows: [],
    told: ["HEADER_SUSPECT"],
  },
  "thousands with a point between semicolons": {
    bytes: "Ort;EW\nA;1.234\nB;12.345\nC;999\n",
    columns: ["Ort TEXT", "EW REAL"],
    rows: [
      ["A", 1.234],
      ["B", 12.345],
      ["C", 999],
    ],
    told: ["DELIMITER_DETECTED", "READING_ASSUMED"],
  },
  "thousands with a point, once that is said": {
    bytes: "Ort;EW\nA;1.234\nB;12.345\nC;999\n",
    options: { columns: { EW: { number: "decimal-comma" } } },
    columns: ["Ort TEXT", "EW INTEGER"],
    rows: [
      ["A", 1234],
      ["B", 12345],
      ["C", 999],
    ],
    told: ["DELIMITER_DETECTED"],
  },
  "UTF-16 without a byte order mark": {
    bytes: utf16("name\tn\r\nZoë\t1\r\nŁódź\t2\r\n"),
    columns: ["name TEXT", "n INTEGER"],
    rows: [
      ["Zoë", 1],
      ["Łódź", 2],
    ],
    told: ["DELIMITER_DETECTED", "ENCODING_GUESSED"],
  },
  "Polish by the code page of Windows": {
    bytes: bytes("id,city\n1,\xa3\xf3d\x9f\n2,Gda\xf1sk\n3,Wroc\xb3aw\n"),
    columns: ["id INTEGER", "city TEXT"],
    rows: [
      [1, "Łódź"],
      [2, "Gdańsk"],
      [3, "Wrocław"],
    ],
    told: ["ENCODING_GUESSED"],
  },
  "two byte order marks and a Ctrl-Z": {
    bytes: "\ufeff\ufeffid,name\n1,a\n2,b\n\x1a",
    columns: ["id INTEGER", "name TEXT"],
    rows: [
      [1, "a"],
      [2, "b"],
    ],
    told: ["STRAY_MARK", "STRAY_MARK"],
  },
  "backslashes before quotes": {
    bytes: String.raw`id,text` + "\n" + String.raw`1,"a \"b\" c"` + "\n" + String.raw`2,"d, e"` + "\n",
    columns: ["id INTEGER", "text TEXT"],
    rows: [
      [1, 'a "b" c'],
      [2, "d, e"],
    ],
    told: ["DIALECT_DETECTED"],
  },
  "single quotes": {
    bytes: "id,name\n1,'Smith, J'\n2,'Doe, A'\n",
    columns: ["id INTEGER", "name TEXT"],
    rows: [
      [1, "Smith, J"],
      [2, "Doe, A"],
    ],
    told: ["DIALECT_DETECTED"],
  },
  "spaces before quotes": {
    bytes: 'id, name, n\n1, "Smith, J", 3\n2, "Doe, A", 4\n',
    columns: ["id INTEGER", "name TEXT", "n INTEGER"],
    rows: [
      [1, "Smith, J", 3],
      [2, "Doe, A", 4],
    ],
    told: ["DIALECT_DETECTED"],
  },
  "whole lines in quotes": {
    bytes: '"id,name,n"\n"1,a,2"\n"2,b,3"\n',
    columns: ["id INTEGER", "name TEXT", "n INTEGER"],
    rows: [
      [1, "a", 2],
      [2, "b", 3],
    ],
    told: ["DIALECT_DETECTED"],
  },
  "a delimiter behind every record, and none behind the header": {
    bytes: "id,name\n1,a,\n2,b,\n",
    columns: ["id INTEGER", "name TEXT"],
    rows: [
      [1, "a"],
      [2, "b"],
    ],
    told: ["DIALECT_DETECTED"],
  },
  "a row of units": {
    bytes: "Station,Rain,Temp\n,mm,C\nA,1.5,20\nB,2.5,21\n",
    columns: ["Station TEXT", "Rain TEXT", "Temp TEXT"],
    rows: [
      [null, "mm", "C"],
      ["A", "1.5", "20"],
      ["B", "2.5", "21"],
    ],
    told: ["HEADER_SUSPECT"],
  },
  "a file without a header": {
    bytes: "2024-01-01,12.5,Nord\n2024-01-02,13.5,Sued\n2024-01-03,14.5,West\n",
    columns: ["2024-01-01 TEXT", "12.5 REAL", "Nord TEXT"],
    rows: [
      ["2024-01-02", 13.5, "Sued"],
      ["2024-01-03", 14.5, "West"],
    ],
    told: ["HEADER_SUSPECT"],
  },
  "a header that is said not to be there": {
    bytes: "1,a\n2,b\n",
    options: { everyFile: { headerRows: 0 } },
    columns: ["column_1 INTEGER", "column_2 TEXT"],
    rows: [
      [1, "a"],
      [2, "b"],
    ],
  },
  "short and long records that are padded": {
    bytes: "a,b\n1\n2,x\n3,y,z\n",
    options: { everyFile: { ragged: "pad" } },
    columns: ["a INTEGER", "b TEXT", "column_3 TEXT"],
    rows: [
      [1, null, null],
      [2, "x", null],
      [3, "y", "z"],
    ],
    told: ["COLUMN_RENAMED", "RECORDS_PADDED"],
  },
  "errors of a spreadsheet": {
    bytes: "a,b\n1,#N/A\n2,#DIV/0!\n3,4\n",
    columns: ["a INTEGER", "b TEXT"],
    rows: [
      [1, "#N/A"],
      [2, "#DIV/0!"],
      [3, "4"],
    ],
    told: ["ERROR_VALUES"],
  },
  "words for no value": {
    bytes: "a,b\n1,NA\n2,7\n",
    options: { everyColumn: { null: ["NA"] } },
    columns: ["a INTEGER", "b INTEGER"],
    rows: [
      [1, null],
      [2, 7],
    ],
  },
  "dates that are rewritten as was asked": {
    bytes: "d,n\n31.12.2023,1\n01.02.2024,2\nsoon,3\n",
    options: { columns: { d: { date: "auto" } } },
    columns: ["d TEXT", "n INTEGER"],
    rows: [
      ["2023-12-31", 1],
      ["2024-02-01", 2],
      ["soon", 3],
    ],
    told: ["VALUES_UNREAD"],
  },
  "numbers that are rewritten as was asked": {
    bytes: 'a;b\n"1.234,5";12 %\n"0,25";3 %\n',
    options: { columns: { a: { number: "decimal-comma" }, b: { number: "percent" } } },
    columns: ["a REAL", "b INTEGER"],
    rows: [
      [1234.5, 12],
      [0.25, 3],
    ],
    told: ["DELIMITER_DETECTED"],
  },
};

test.each(Object.entries(cases))("%s", async (_, wanted) => {
  const { columns, rows, told } = await convertCase(wanted);
  expect({ columns, rows, told }).toEqual({ columns: wanted.columns, rows: wanted.rows, told: wanted.told ?? [] });
});

test("a title above the header becomes the table's description", async () => {
  const { columns, rows, told, description } = await convertCase({
    bytes: "Budget of the town,,\n,,\nDept,Amount,Year\nRoads,100,2024\nParks,50,2024\n",
  });
  expect(columns).toEqual(["Dept TEXT", "Amount INTEGER", "Year INTEGER"]);
  expect(rows).toHaveLength(2);
  expect(told).toEqual(["TITLE_SKIPPED"]);
  expect(description).toBe("Budget of the town");
});

/** Files that are refused: the code, what the message names, and the options that it offers. */
const refused: readonly (readonly [string, string | Uint8Array, string, RegExp, readonly string[]])[] = [
  ["a page of the web", "<!DOCTYPE html>\n<html><body>Not found</body></html>\n", "INPUT_UNSUPPORTED", /web page/, []],
  ["JSON", '[{"a":1,"b":2},\n{"a":3,"b":4}]\n', "INPUT_UNSUPPORTED", /JSON/, []],
  ["a pointer to a file", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n", "INPUT_UNSUPPORTED", /Git LFS/, []],
  ["a NUL", "a,b\n1,x\0y\n", "CSV_INVALID", /line 2.*NUL/, []],
  [
    "many ragged records",
    `a,b,c\n${"1,2,3\n4,5\n".repeat(50)}`,
    "CSV_INVALID",
    /50 of 100 records.*line 3.*line 5.*line 7/s,
    ["ragged", "ragged"],
  ],
];

test.each(refused)("%s is refused as what it is", async (_, content, code, message, options) => {
  const error = await convertCase({ bytes: content }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  const offered = (error as { remedies: readonly { action: string; option?: string }[] }).remedies.map(({ option }) => option);
  expect(offered).toEqual(expect.arrayContaining([...options]));
});
