import { expect, test } from "vitest";
import { chosenName, toConvertOptions, toSiteOptions, withoutColumn } from "./choices.ts";

const choices = {
  files: { "a.csv": { encoding: "windows-1252" }, "gone.csv": { skip: 2 } },
  tables: {
    people: {
      title: "People",
      columns: { id: { key: true }, "a.b": { search: true, type: "text" }, mail: { leaveOut: true, search: true } },
    },
    towns: { columns: { zip: { index: true } } },
  },
} as const;

test("choices are options of single columns", () => {
  expect(toConvertOptions(choices, (file) => file === "a.csv")).toEqual({
    files: { "a.csv": { encoding: "windows-1252" } },
    columns: { "people.id": {}, "people.a.b": { type: "text" }, "people.mail": { leaveOut: true }, "towns.zip": {} },
    tables: { people: { title: "People" }, towns: {} },
    primaryKey: ["people.id"],
    fts: ["people.a.b"],
    index: ["towns.zip"],
  });
});

test("a choice is dropped by the column's name, dots and all", () => {
  expect(withoutColumn(choices, "people.a.b")!.tables.people).toEqual({
    title: "People",
    columns: { id: { key: true }, mail: { leaveOut: true, search: true } },
  });
  for (const name of ["people.none", "none.id", "", "peopleXid"]) expect(withoutColumn(choices, name)).toBeNull();
});

test("a blank field says nothing of the site", () => {
  expect(toSiteOptions({ title: "Pets", source: " ", license: "" })).toEqual({ title: "Pets" });
});

test("a column that was renamed is chosen about by its first name", () => {
  const renamed = { files: {}, tables: { people: { columns: { name: { name: "who" } } } } };
  expect(["who", "name", "zip"].map((column) => chosenName(renamed, "people", column))).toEqual(["name", "name", "zip"]);
  expect(chosenName(renamed, "towns", "who")).toBe("who");
});
