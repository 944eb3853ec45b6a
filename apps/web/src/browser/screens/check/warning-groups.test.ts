import type { PreparedReport, Warning } from "@datasette-publish/workbench/protocol";
import { expect, test } from "vitest";
import { withOption } from "../../choices/option.ts";
import { shownGroups } from "./warning-groups.ts";

const warning = (code: Warning["code"], facts: Warning["facts"], values: readonly string[], option = "null"): Warning => ({
  code,
  message: "",
  facts,
  remedies: values.map((value) => ({ action: "set-option", option, value })),
});

const reportOf = (...warnings: Warning[]) =>
  ({
    tables: [{ name: "t", columns: [{ name: "a" }, { name: "b" }] }],
    warnings: [{ mend: "null", warnings }],
  }) as unknown as PreparedReport;

test("a remedy for another column of the table than the warning names can be chosen", () => {
  const [group] = shownGroups(reportOf(warning("ERROR_VALUES", { file: "t.csv", table: "t", column: "a" }, ["t.a=#N/A", "t.b=#REF!"])));
  const [one] = group?.warnings ?? [];
  expect(one?.options.map(({ value }) => value)).toEqual(["#N/A", "#REF!"]);
  const chosen = one?.options.map(({ remedy }) => withOption({ files: {}, tables: {} }, remedy, one.facts)?.tables["t"]?.columns);
  expect(chosen).toEqual([{ a: { null: ["#N/A"] } }, { b: { null: ["#REF!"] } }]);
});

test("what cannot be chosen here has no button, and kinds are told apart", () => {
  const groups = shownGroups(
    reportOf(
      warning("FACETS_NOT_SUGGESTED", { table: "t", columns: 1000 }, ["suggest_facets=on"], "setting"),
      warning("ROWS_BLANK", {}, []),
    ),
  );
  expect(groups.map(({ code, warnings }) => [code, warnings[0]?.options])).toEqual([
    ["FACETS_NOT_SUGGESTED", []],
    ["ROWS_BLANK", []],
  ]);
});
