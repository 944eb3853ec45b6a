import { expect, test } from "vitest";
import { columnChoice, firstName, leftOutColumns, renameTable, withColumn, withFile, withTable } from "./change.ts";

const none = { files: {}, tables: {} };

test("a change of undefined takes a choice back", () => {
  const chosen = withFile(none, "a.csv", { skip: 2, encoding: "utf-8" });
  expect(withFile(chosen, "a.csv", { skip: undefined }).files).toEqual({ "a.csv": { encoding: "utf-8" } });
  expect(withTable(withTable(none, "a", { title: "A" }), "a", { title: undefined }).tables).toEqual({ a: {} });
});

test("a renamed column keeps its first name for what is chosen about it", () => {
  const chosen = withColumn(none, "people", "name", { name: "who", search: true });
  expect(firstName(chosen, "people", "who")).toBe("name");
  expect(firstName(chosen, "people", "zip")).toBe("zip");
  expect(columnChoice(chosen, "people", "who")).toEqual({ name: "who", search: true });
});

test("what is chosen about a table goes along with its name", () => {
  const chosen = withColumn(none, "people", "zip", { leaveOut: true });
  const renamed = renameTable(chosen, "people.csv", "people", "persons");
  expect(renamed).toEqual({ files: { "people.csv": { table: "persons" } }, tables: { persons: { columns: { zip: { leaveOut: true } } } } });
  expect(leftOutColumns(renamed, "persons")).toEqual(["zip"]);
  expect(leftOutColumns(renamed, "people")).toEqual([]);
});
