import { expect, test } from "vitest";
import type { Choices, PreparedTable } from "@datasette-publish/workbench/protocol";
import { columnText, tableText, withColumnText, withTableText } from "./texts.ts";

const none: Choices = { files: {}, tables: {} };
const pets = {
  name: "pets",
  description: "One row is one pet.",
  columns: [{ name: "name" }, { name: "kg", description: "Its weight" }],
} as unknown as PreparedTable;

test("a text is that of the file until another is chosen, also an empty one", () => {
  expect([tableText(none, pets, "title"), tableText(none, pets, "description")]).toEqual(["", "One row is one pet."]);
  const chosen = withTableText(withTableText(none, "pets", { title: "Pets" }), "pets", { description: "" });
  expect(chosen.tables["pets"]).toEqual({ title: "Pets", description: "" });
  expect(tableText(chosen, pets, "description")).toBe("");
});

test("a column that was renamed keeps its choices under the name of its file", () => {
  const renamed: Choices = { ...none, tables: { pets: { columns: { weight: { name: "kg", type: "real" } } } } };
  expect(columnText(renamed, pets, "kg")).toBe("Its weight");
  const told = withColumnText(renamed, "pets", "kg", "Weight in kilograms");
  expect(told.tables["pets"]?.columns).toEqual({ weight: { name: "kg", type: "real", description: "Weight in kilograms" } });
  expect(columnText(told, pets, "kg")).toBe("Weight in kilograms");
});

test("texts of other tables and columns stay", () => {
  const before = withColumnText(withTableText(none, "owners", { title: "Owners" }), "pets", "name", "What it is called");
  const after = withColumnText(before, "pets", "kg", "Weight");
  expect(after.tables).toEqual({
    owners: { title: "Owners" },
    pets: { columns: { name: { description: "What it is called" }, kg: { description: "Weight" } } },
  });
});
