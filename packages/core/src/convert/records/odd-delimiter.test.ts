import { expect, test } from "vitest";
import { findCommonDelimiter, findOddDelimiter } from "./odd-delimiter.ts";

const recordsOf = (lines: readonly string[]) => lines.map((text, at) => ({ fields: [text], line: at + 2, text: `${text}\n` }));
const oddIn = (header: string, ...lines: readonly string[]) => findOddDelimiter(header, recordsOf(lines));

test("a character that parts header and records into as many pieces may be the delimiter", () => {
  expect(oddIn("id:name:town", "1:A:X", "2:B:Y")).toBe(":");
  expect(oddIn("id!name", "1!A", "2!B")).toBe("!");
  expect(oddIn("id name n", "1 A 2", "2 B 3")).toBe(" ");
});

test("what stands in texts parts nothing", () => {
  expect(oddIn("time", "12:30", "13:30")).toBe(undefined);
  expect(oddIn("id:name", "1:A", "2:B:C")).toBe(undefined);
  expect(oddIn("#id", "#1", "#2")).toBe(undefined);
  expect(oddIn("first name", "Anna Smith", "Bo Dean")).toBe(undefined);
  expect(oddIn("name of street", "Main Street East", "Oak Road West")).toBe(undefined);
  expect(oddIn("id:name", "1:A")).toBe(undefined);
});

test("a delimiter that most records have as often is found among titles and notes", () => {
  const table = ["Table 1", ";;", ";2021;2022", "A;1;2", "B;3;4", "____", "Note"];
  expect(findCommonDelimiter([",", ";"], recordsOf(table))).toEqual({ delimiter: ";", count: 4, line: 4 });
  expect(findCommonDelimiter([";"], recordsOf(["Hello; you", "Bye; all", "Well; then"]))).toBe(undefined);
  expect(findCommonDelimiter([","], recordsOf(["a,b", "c,d", "e,f", "g", "h", "i", "j"]))).toBe(undefined);
});
