import { expect, test } from "vitest";
import { countAbove, isProse, isValue, titleOf } from "./header-place.ts";
import type { SampleRecord } from "./sample.ts";

const recordsOf = (...lines: readonly string[]): SampleRecord[] =>
  lines.map((text, at) => ({ line: at + 1, text: `${text}\n`, fields: text.split(",") }));
const above = (...lines: readonly string[]): number =>
  countAbove(recordsOf(...lines), Math.max(...lines.map((line) => line.split(",").length)), ",");

test("a title of one word above two columns needs values below a name, or a blank row", () => {
  expect(above("Towns", "name,county", "A,B", "C,D")).toBe(0);
  expect(above("Towns", "name,people", "A,1", "C,2")).toBe(1);
  expect(above("Towns", "", "name,county", "A,B", "C,D")).toBe(2);
  expect(above("Towns", "name,county,country", "A,B,C", "D,E,F")).toBe(1);
});

test("a padded row is above the header only where the header is full, without repeats, and names values", () => {
  expect(above("Budget of the town,,", ",,", "Dept,Amount,Year", "Roads,100,2024")).toBe(2);
  expect(above("Station,,", "Name,Name,Year", "A,1,2024")).toBe(0);
  expect(above("Station,,", "Name,,Year", "A,1,2024")).toBe(0);
  expect(above("Station,,", "a,b,c", "d,e,f")).toBe(0);
  expect(above("1,,", "2,3,4", "5,6,7")).toBe(0);
});

test("a header may end with a delimiter below notes that do", () => {
  expect(above("Source,World,", "", "Country,Code,Name,2019,", "Aruba,ABW,Pop,1,", "Africa,AFE,Pop,2,")).toBe(2);
  expect(above("Budget of the town,,", "Dept,Amount,", "Roads,100,")).toBe(1);
});

test("a record of values alone is no header below a title", () => {
  expect(above("day", "31,1,2024", "1,2,2024")).toBe(0);
  expect(above("Towns by year", "2019,2020,2021", "1,2,3")).toBe(1);
});

test("blank rows are above a header that lacks names, if one of it names values", () => {
  expect(above(",,,", ",Region,Amount,", ",N,1,")).toBe(1);
  expect(above(",,", "1,2,3", "4,5,6")).toBe(0);
});

test("a header is needed, and a record below it", () => {
  expect(above("A title", "a,b,c")).toBe(0);
  expect(above(...Array.from({ length: 30 }, () => "words"), "a,b,c", "1,2,3")).toBe(0);
});

test("a list of names with commas is no table below a title", () => {
  expect(above("Names of all", "Smith, John", "Doe, Jane", "Roe, Jo")).toBe(0);
});

test("the title is the text of every line, of several cells with the delimiter", () => {
  expect(titleOf(recordsOf("Budget,,", ",,", "# made,by me", "Date:,2024"), ",")).toBe("Budget\nmade,by me\nDate:,2024");
  expect(titleOf(recordsOf(",,"), ",")).toBe(null);
});

test("numbers and dates are values", () => {
  for (const text of ["1", "-1.5", "1.234,5", "$1,200", "(300)", "12 %", "1e5", "2024-01-01", "31.12.2024", "1/2/24 10:00"])
    expect(isValue(text)).toBe(true);
  for (const text of ["", "a1", "1st", "Q1", "x".repeat(99), "9".repeat(99)]) expect(isValue(text)).toBe(false);
});

test("a delimiter with a space behind it each time is one of sentences", () => {
  expect(isProse("Hello, world, hello", ",")).toBe(true);
  expect(isProse("a,b, c", ",")).toBe(false);
  expect(isProse("a\t b", "\t")).toBe(false);
  expect(isProse("a", ",")).toBe(false);
});
