import { readFileSync, globSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { watch } from "./fixtures.ts";
import { watchersOf } from "./watchers.ts";

const rows = (count: number, row: (at: number) => string): string => Array.from({ length: count }, (_, at) => `${row(at)}\n`).join("");

const untold = new Set(["file", "table", "values", "text"]);

/** What is said of a text: the codes, with facts in their order. */
function said(...given: Parameters<typeof watch>): string[] {
  return watch(...given).map(({ code, facts }) => {
    const told = Object.entries(facts).filter(([name]) => !untold.has(name));
    return [code, ...told.map(([name, value]) => `${name}=${String(value)}`)].join(" ");
  });
}

/** A text as it is when its UTF-8 was read in another encoding. */
function garble(text: string, encoding = "windows-1252"): string {
  return new TextDecoder(encoding, { ignoreBOM: true }).decode(Buffer.from(text));
}

test.each([
  ["units under the header (03a)", "Station,Rain,Temp\n,mm,C\nA,1.5,20\n", ["HEADER_SUSPECT reason=units line=2"]],
  ["units in brackets", "Town,Area,Height\n,[km²],[m]\nA,1.5,20\nB,2,30\n", ["HEADER_SUSPECT reason=units line=2"]],
  ["one unit of one number", "Station,Rain\n,mm\nA,1.5\nB,2.5\n", ["HEADER_SUSPECT reason=units line=2"]],
  [
    "a second row of names below merged cells",
    ",2019,,2020,\nTown,men,women,men,women\nA,1,2,3,4\nB,5,6,7,8\n",
    ["HEADER_SUSPECT reason=second row line=2"],
  ],
  ["merged cells", "Town,2019,,2020,\nA,1,2,3,4\nB,5,6,7,8\n", ["HEADER_SUSPECT reason=merged column=column_3 count=2"]],
  ["a title", "Budget of the town,,\nDept,Amount,Year\nRoads,100,2024\n", ["HEADER_SUSPECT reason=title column=column_2 count=2"]],
  ["no header (09i)", "2024-01-01,12.5,Nord\n2024-01-02,13.5,Sued\n", ["HEADER_SUSPECT reason=missing"]],
  ["no header, all words", "Ana,red,yes\nBob,blue,no\nCid,red,yes\nDan,green,no\nAna,blue,yes\n", ["HEADER_SUSPECT reason=missing"]],
  ["no header, one number", "Nord,10\nSued,20\nOst,30\n", ["HEADER_SUSPECT reason=missing"]],
  ["a wide table of years is none", "Country,2019,2020\nA,1,2\nB,3.5,4\n", []],
  ["nor one of numbers that rise", "pixel,0,1,2,3\na,5,2,7,1\nb,4,4,0,9\n", []],
  ["nor one of dates above numbers", "Country,1/22/20,1/23/20\nA,0,5\nB,3,4\n", []],
  ["a blank name above a full column is no value", ",142.24,144.78\n9.4,0,1\n9.5,2,0\n", []],
  ["a pandas index has no name", ",a,b\n0,x,1\n1,y,2\n", []],
  ["nor has a column without values", "a,b,\nx,1,\ny,2,\n", []],
  ["one odd value is no unit", "a,n\nx,unclear\ny,2\nz,3\n", []],
  ["NA in the first record is no unit", "a,n,m\nx,NA,NA\ny,2,1\nz,3,2\n", ["NULL_WORDS column=n columns=n,m count=2 line=2 words=NA"]],
])("header: %s", (_, text, expected) => expect(said(text)).toEqual(expected));

test("a header that is said to be right, or to be none, is not judged", () => {
  const headerless = "2024-01-01,12.5,Nord\n2024-01-02,13.5,Sued\n";
  expect(said(headerless, ",", { headerRows: 0 })).toEqual([]);
  expect(said(headerless, ",", { given: { headerRows: 1 } })).toEqual([]);
});

test.each([
  ["the header again (03c)", "a,b\nx,1\na,b\ny,2\n", ["HEADER_REPEATED count=1 line=3"]],
  ["the header three times more", `a,b\n${rows(3, () => "x,1\na,b")}y,2\n`, ["HEADER_REPEATED count=3 line=3"]],
  ["the header again with spaces, and quotes in a name", 'a ""b"",c\nx,1\n a ""b"", c\ny,2\n', ["HEADER_REPEATED count=1 line=3"]],
  ["a record like a header of numbers, which is none", "1.5,2\n1.5,2\n3,4\n", ["HEADER_SUSPECT reason=missing"]],
  ["half of it", "a,b\nx,1\na,2\ny,2\n", []],
  ["blank rows", "a,b\nx,1\n,\n , \ny,2\n", ["ROWS_BLANK count=2 line=3 atEnd=0"]],
  ["blank rows at the end", "a,b\nx,1\ny,2\n,\n,\n", ["ROWS_BLANK count=2 line=4 atEnd=2"]],
  ["a blank value in a column of its own", 'a\n1\n""\n2\n', []],
  ["a total (04a)", "dept,n\nRoads,10\nParks,5\nTotal,15\n", ["FOOTER_SUSPECT count=1 line=4"]],
  ["a German total", "Amt,Summe\nA,10\nB,5\nInsgesamt:,15\n", ["FOOTER_SUSPECT count=1 line=4"]],
  [
    "a French total and a source",
    `x,n,m\n${rows(9, (at) => `c${at},${at},1`)}Total général,36,9\n,,\nSource : Insee,,\n`,
    ["ROWS_BLANK count=1 line=12 atEnd=0", "FOOTER_SUSPECT count=3 line=11"],
  ],
  ["a note", "a,b\nx,1\ny,2\nSource: the town,\n", ["FOOTER_SUSPECT count=1 line=4"]],
  [
    "a long note in a table of two columns",
    "a,b\nx,1\ny,2\nAll figures are estimates of the council,\n",
    ["FOOTER_SUSPECT count=1 line=4"],
  ],
  ["a record with a short value alone", "a,b,c\n1,2,3\n2,3,4\nb,,\n", []],
  [
    "a record with a name alone, as long as others",
    "name,a,b\nChicago Reader and Advertiser,2,3\nNew York Times and Weekly,3,4\nPaper without any numbers,,\n",
    [],
  ],
  ["a value that is missing in the last record", "a,b\nx,1\ny,2\nz,\n", []],
  ["totals of groups", `a,sex,n\n${rows(8, (at) => `c${at},${at % 2 ? "Total" : "men"},${at}`)}`, []],
  ["totals as a category", `sex,n\n${rows(9, (at) => `${["men", "women", "Total"][at % 3]},${at}`)}`, []],
])("rows: %s", (_, text, expected) => expect(said(text)).toEqual(expected));

test("what is left out at the end is told with what is left out already", () => {
  const [found] = watch("a,b\nx,1\ny,2\nTotal,3\n", ",", { given: { skipEnd: 2 } });
  expect(found!.remedies).toEqual([{ action: "set-option", option: "skipEnd", value: "t.csv=3", note: "to leave that out" }]);
});

test("an error of a spreadsheet that stands for no value is not told again", () => {
  expect(said("k,v\nx,#N/A\ny,1\n", ",", { settings: [undefined, { null: ["#N/A"] }] })).toEqual([]);
});

test.each([
  ["English (10e)", ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "########"]],
  ["German", ["#NV", "#WERT!", "#BEZUG!", "#ZAHL!"]],
  ["French", ["#VALEUR!", "#NOMBRE!", "#NOM?"]],
  ["Spanish", ["#¡VALOR!", "#¿NOMBRE?", "#¡DIV/0!", "#N/D"]],
  ["Polish", ["#ARG!", "#LICZBA!", "#DZIEL/0!", "#N/D!"]],
  ["Russian", ["#ЗНАЧ!", "#Н/Д"]],
  ["LibreOffice", ["Err:502"]],
])("errors of a spreadsheet: %s", (_, values) => {
  const [found, ...rest] = watch(`k,v\n${values.map((value) => `x,${value}\n`).join("")}`);
  expect(rest).toEqual([]);
  expect(found).toMatchObject({ code: "ERROR_VALUES", facts: { count: values.length, line: 2, column: "v", text: values[0] } });
  const value = values.length > 3 ? values[0] : `t.v=${values[0]}`;
  expect(found!.remedies[0]).toMatchObject({ option: "null", value });
});

test("a hash begins other things as well", () => {
  expect(said("k,v\nx,#FF00AA\ny,#hashtag\nz,#1\nw,# of people\n")).toEqual([]);
});

test.each([
  ["KÃ¶ln", "Köln"],
  ["itâ€™s", "it’s"],
  ...["5°", "10\u00a0km", "\uFEFFid", "Москва", "Łódź", "中文", "Ελλάδα", "İzmir"].map((meant) => [garble(meant), meant]),
  [garble("Łódź", "windows-1250"), "Łódź"],
  [garble("Москва", "windows-1251"), "Москва"],
])("garbled text: %s", (garbled, meant) => {
  const [found, ...rest] = watch(`k,v\nx,fine\ny,${garbled}\nz,${garbled}\n`);
  expect(rest).toEqual([]);
  expect(found).toMatchObject({ code: "TEXT_GARBLED", facts: { count: 2, line: 3, column: "v", text: garbled, meant } });
});

test("a character that is lost is told, too", () => {
  expect(watch("k,v\nx,K\uFFFDln\n")[0]).toMatchObject({ code: "TEXT_GARBLED", facts: { meant: null } });
});

test.each([
  "SÃO PAULO",
  "Ångström",
  "ÂME",
  "Москва",
  "«ÉTÉ»",
  "Ä°zmir".slice(0, 1),
  "Łódź",
  "Điện Biên",
  "日本",
  "Різдво",
  "â",
  "10 °C – 12 °C",
  "naïve façade",
  "«Ça»",
])("text that is right: %s", (text) => expect(said(`k,v\nx,${text}\n`)).toEqual([]));

test.each([
  ["NA among numbers (10a)", ["1", "NA", "3"], ["NULL_WORDS column=v columns=v count=1 line=3 words=NA"]],
  [
    "several words",
    ["1", "-", "..", "2.5", "n.a.", "k.A.", "NULL"],
    ["NULL_WORDS column=v columns=v count=5 line=3 words=-, .., n.a., k.A., NULL"],
  ],
  ["NA where other text makes it text as well", ["1", "NA", "x", "3"], []],
  ["NA among codes", ["01", "NA", "03", "04"], []],
  ["NA for Namibia", ["NA", "DE", "FR"], []],
  ["German dates (10b)", ["31.01.2024", "15.06.2022", "01.12.2023"], ["DATES_AS_TEXT column=v columns=v count=3 line=2"]],
  ["American dates", ["1/31/2024", "12/1/2023", "6/15/22"], ["DATES_AS_TEXT column=v columns=v count=3 line=2"]],
  ["dates with times", ["31.01.2024 10:30", "15.06.2022 9:05", ""], ["DATES_AS_TEXT column=v columns=v count=2 line=2"]],
  ["dates with months in words", ["31 Jan 2024", "1. März 2024", '"March 3, 2024"'], ["DATES_AS_TEXT column=v columns=v count=3 line=2"]],
  ["dates without zeros", ["2024-1-31", "2024-10-1"], ["DATES_AS_TEXT column=v columns=v count=2 line=2"]],
  ["ISO dates", ["2024-01-31", "2023-12-01", "2024-06-15 10:00"], []],
  ["codes that look like short dates", ["01.11.10", "01.11.20", "99.11.20"], []],
  ["decimal commas (05a)", ['"10,25"', '"9,5"', '"1.234,5"'], ["NUMBERS_AS_TEXT column=v columns=v count=3 line=2 style=decimal-comma"]],
  ["thousands", ['"1,234.50"', '"12"', '"1,234,567"'], ["NUMBERS_AS_TEXT column=v columns=v count=2 line=2 style=thousands"]],
  ["thousands or a decimal comma", ['"1,234"', '"5,678"'], ["NUMBERS_AS_TEXT column=v columns=v count=2 line=2 style=null"]],
  ["currency (05d)", ['"$1,234.50"', "$5", "(300)"], ["NUMBERS_AS_TEXT column=v columns=v count=3 line=2 style=currency"]],
  ["euros", ["5 €", '"1.234,50 €"', "€ 7"], ["NUMBERS_AS_TEXT column=v columns=v count=3 line=2 style=currency"]],
  ["per cent", ["12%", "3.5 %", '"4,5%"'], ["NUMBERS_AS_TEXT column=v columns=v count=3 line=2 style=percent"]],
  ["spaces around numbers (10d)", [" 12", "3 ", "4"], ["NUMBERS_AS_TEXT column=v columns=v count=2 line=2 style=null"]],
  ["lists of numbers", ['"1,2"', '"3,5,7"', '"2,9,11"', '"4"'], []],
  ["versions and outlines", ["1.2.3", "1.10.0", "2.0.0"], []],
  ["grades, of which one is a letter as units are", ["K", "1", "2", "3"], []],
  ["house numbers", ["1", "1a", "2", "3"], []],
])("values: %s", (_, values, expected) => {
  expect(said(`k,v\n${values.map((value, at) => `k${at},${value}\n`).join("")}`)).toEqual(expected);
});

test("a column that the pass knows to be numbers is not looked at, until it is none", () => {
  const watchers = watchersOf({ file: "t.csv", table: "t", header: ["k", "n"], headerRows: 1, isNumeric: () => isNumeric });
  let isNumeric = true;
  const add = (records: string[][]): void => {
    for (const watcher of watchers) watcher.add({ records, lines: records.map((_, at) => at + 2) });
  };
  add([
    ["x", "1"],
    ["y", "2"],
  ]);
  isNumeric = false;
  add([["z", "NA"]]);
  expect(watchers.flatMap((watcher) => watcher.finish())).toMatchObject([{ code: "NULL_WORDS", facts: { column: "n", values: 2 } }]);
});

test("what its owner says of a column is not asked again", () => {
  const settings = [undefined, { date: "auto" }, { null: ["NA"] }, { number: "percent" }, { type: "text" }] as const;
  const text = "k,d,n,p,t\nx,31.01.2024,NA,5%,NA\ny,30.01.2024,1,6%,1\nz,29.01.2024,2,7%,2\n";
  expect(said(text, ",", { settings })).toEqual([]);
  expect(said(text).map((one) => one.split(" ")[0])).toEqual(["DATES_AS_TEXT", "NULL_WORDS", "NUMBERS_AS_TEXT"]);
});

test("columns that are text for one reason are one warning, with a remedy for each", () => {
  const [found, ...rest] = watch("a,b,c,d,e\n1,NA,NA,-,NA\n2,1,1,1,1\n3,2,2,2,NA\n4,3,3,3,3\n");
  expect(rest).toEqual([]);
  expect(found!.message).toBe('t.csv: b, c, d and 1 more are text for "NA" (4), "-" (1) among numbers; the first is on line 2.');
  expect(found!.facts).toMatchObject({ columns: ["b", "c", "d", "e"], count: 5, values: 11 });
  expect(found!.remedies.map((remedy) => remedy.action === "set-option" && remedy.value)).toEqual(["t.b=NA", "t.c=NA", "t.e=NA", "t.d=-"]);
});

test("a remedy names the column as it is renamed, and the value that it is about", () => {
  const [found] = watch("k,v\nx,NA\ny,1\nz,2\n", ",", { columns: ["k", "amount"] });
  expect(found!.remedies).toEqual([{ action: "set-option", option: "null", value: "t.amount=NA", note: "if it stands for no value" }]);
});

test("values of a column that is private are masked, in messages and facts", () => {
  const watchers = watchersOf({ file: "t.csv", table: "t", header: ["born", "name"], headerRows: 1 });
  const batch = {
    records: [
      ["31.01.1964", "MÃ¼ller"],
      ["01.02.1973", "x"],
      ["Note: Anna Ott", ""],
    ],
    lines: [2, 3, 4],
  };
  for (const watcher of watchers) watcher.add(batch);
  const text = JSON.stringify(watchers.flatMap((watcher) => watcher.finish(new Set([0, 1]))));
  for (const code of ["TEXT_GARBLED", "FOOTER_SUSPECT"]) expect(text).toContain(code);
  for (const value of ["1964", "ller", "Anna"]) expect(text).not.toContain(value);
  expect(JSON.stringify(watch("a,b\nx,1\ny,2\nNote: ask ann@city.gov,\n"))).not.toContain("ann@city");
});

test("the open data of the examples warns of nothing", () => {
  const folder = new URL("../../../../../examples/csvs/", import.meta.url).pathname;
  const files = globSync(`${folder}*.csv`);
  expect(files.length).toBeGreaterThan(3);
  expect(files.map((file) => said(readFileSync(file, "utf8")))).toEqual(files.map(() => []));
});

const name = fc.stringMatching(/^[A-Z][a-z]{3,8}$/);
const values = {
  id: (at: number) => String(at + 1),
  name: () => name,
  amount: () => fc.double({ min: -1000, max: 1000, noNaN: true }).map((number) => number.toFixed(2)),
  day: () =>
    fc.date({ min: new Date("1990-01-01"), max: new Date("2029-12-31"), noInvalidDate: true }).map((day) => day.toISOString().slice(0, 10)),
  code: () => fc.integer({ min: 0, max: 99_999 }).map((code) => String(code).padStart(5, "0")),
  remark: () => fc.option(fc.stringMatching(/^[a-z]{2,9}( [a-z]{2,9}){0,4}$/), { nil: "" }),
};

test("a plain table warns of nothing", () => {
  const record = fc.tuple(values.name(), values.amount(), values.day(), values.code(), values.remark());
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 60 }), (records) => {
      const text = records.map((fields, at) => `${values.id(at)},${fields.join(",")}\n`).join("");
      expect(said(`id,title,amount,day,code,remark\n${text}`)).toEqual([]);
    }),
  );
});
