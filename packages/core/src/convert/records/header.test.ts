import { expect, test } from "vitest";
import { joinHeader, numberedNames, trimName } from "./header.ts";

test("a name is without the spaces and marks around it", () => {
  expect(trimName(" \uFEFF first name\t")).toBe("first name");
  expect(trimName("  ")).toBe("");
});

test("records of a header are joined, a merged cell over all of its columns", () => {
  expect(joinHeader([["a ", " b", ""]])).toEqual(["a", "b", ""]);
  expect(
    joinHeader([
      ["", "2023", "", "2024", ""],
      ["id", "m", "f", "m", "f"],
    ]),
  ).toEqual(["id", "2023 m", "2023 f", "2024 m", "2024 f"]);
  expect(
    joinHeader([
      ["Total", ""],
      ["Total", "mm"],
    ]),
  ).toEqual(["Total", "Total mm"]);
  expect(joinHeader([["a"], ["b", "c"]])).toEqual(["a b", "c"]);
});

test("columns without a header are numbered", () => {
  expect(numberedNames(3)).toEqual(["column_1", "column_2", "column_3"]);
});
