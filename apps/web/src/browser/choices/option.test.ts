import { expect, test } from "vitest";
import { valueOf, withOption } from "./option.ts";

const none = { files: {}, tables: {} };
const file = { file: "a=b.csv" };
const column = { file: "a.csv", table: "a.b", column: "x", columns: ["x", "y=z"] };

test("an option of a file is read past its name", () => {
  expect(withOption(none, { option: "ragged", value: "a=b.csv=pad" }, file)?.files).toEqual({ "a=b.csv": { ragged: "pad" } });
  expect(withOption(none, { option: "skip", value: "a=b.csv=3" }, file)?.files).toEqual({ "a=b.csv": { skip: 3 } });
  expect(withOption(none, { option: "separator", value: "a=b.csv==" }, file)?.files).toEqual({ "a=b.csv": { separator: "=" } });
  expect(withOption(none, { option: "encoding", value: "koi8-r" }, file)?.files).toEqual({ "a=b.csv": { encoding: "koi8-r" } });
});

const columns = (option: string, value: string) => withOption(none, { option, value }, column)?.tables["a.b"]?.columns;

test("an option of a column is read past its table and name, dots and equals signs and all", () => {
  expect(columns("date", "a.b.x")).toEqual({ x: { date: "auto" } });
  expect(columns("date", "a.b.x=month-first")).toEqual({ x: { date: "month-first" } });
  expect(columns("number", "a.b.y=z=percent")).toEqual({ "y=z": { number: "percent" } });
  expect(columns("leaveOut", "a.b.x")).toEqual({ x: { leaveOut: true } });
});

test("words for no value are added to those that are there", () => {
  const one = withOption(none, { option: "null", value: "a.b.x=NA" }, column) ?? none;
  expect(withOption(one, { option: "null", value: "a.b.x=-" }, column)?.tables["a.b"]?.columns).toEqual({ x: { null: ["NA", "-"] } });
});

test("dates in the place of numbers take the former choice back", () => {
  const text = { files: {}, tables: { "a.b": { columns: { x: { type: "text", datetime: "auto" } } } } } as const;
  expect(withOption(text, { option: "date", value: "a.b.x" }, column)?.tables["a.b"]?.columns).toEqual({ x: { date: "auto" } });
});

test("what the page cannot choose is null", () => {
  expect(valueOf({ option: "skip" }, file)).toBeNull();
  expect(valueOf({ option: "setting", value: "a=b" }, file)).toBeNull();
  expect(valueOf({ option: "skip", value: "other.csv=2" }, file)).toBeNull();
  expect(withOption(none, { option: "date", value: "a.b.other" }, column)).toBeNull();
});
