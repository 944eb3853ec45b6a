import type { Decision, PrivateFinding } from "@datasette-publish/workbench/protocol";
import { expect, test } from "vitest";
import { privateItems, undecided } from "./private-items.ts";

const finding = (column: string) => ({ database: null, table: "people", column, kind: "email" }) as PrivateFinding;
const decided = (column: string, decision: Decision["decision"]) =>
  ({ database: null, table: "people", column, kind: "email", decision }) as Decision;

test("a finding is undecided until somebody decides about it", () => {
  const findings = [finding("mail"), finding("work")];
  const items = privateItems({ findings }, [decided("mail", "public")]);
  expect(items.map(({ decision }) => decision)).toEqual(["public", null]);
  expect(undecided(items).map(({ column }) => column)).toEqual(["work"]);
});

test("a column that is left out is told, so that it can be taken in again", () => {
  const items = privateItems({ findings: [] }, [decided("mail", "leave-out"), decided("gone", "public")]);
  expect(items).toEqual([{ database: null, table: "people", column: "mail", kind: "email", finding: null, decision: "leave-out" }]);
});

test("a decision about a table of one database is none about that of another", () => {
  const findings = [{ ...finding("mail"), database: "old" }, finding("mail")];
  expect(privateItems({ findings }, [decided("mail", "public")]).map(({ decision }) => decision)).toEqual([null, "public"]);
});
