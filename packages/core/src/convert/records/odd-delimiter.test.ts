import { expect, test } from "vitest";
import { findOddDelimiter } from "./odd-delimiter.ts";

const oddIn = (header: string, ...lines: readonly string[]) =>
  findOddDelimiter(
    header,
    lines.map((text, at) => ({ fields: [text], line: at + 2, text: `${text}\n` })),
  );

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
