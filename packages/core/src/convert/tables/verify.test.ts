import { DatabaseSync } from "node:sqlite";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { makeFolder } from "../fixtures.ts";
import { openFile } from "../open-file.ts";
import { profileTable } from "../profile.ts";
import type { ColumnSettings, TableSettings } from "../settings/settings.ts";
import { layOutTable } from "../table-layout.ts";
import { makeTables } from "./fixtures.ts";
import { loadTables } from "./load.ts";
import { columnSettings } from "./named-columns.ts";
import { planTables } from "./table-plan.ts";
import { verifyTables } from "./verify.ts";

const passOver = () => ({ onBytes: () => undefined });

/** Loads a text into `t`, changes the database, and verifies. */
async function verifyChanged(text: string, change: string, settings: TableSettings = {}): Promise<void> {
  await using folder = await makeFolder({ "t.csv": text });
  using db = new DatabaseSync(":memory:");
  const input = { path: folder.at("t.csv"), name: "t.csv", table: "t", label: "t.csv", stem: "t", delimiter: ",", settings: {} };
  const layout = layOutTable([await openFile(input, [])]);
  const said = columnSettings("t", layout.columns, settings, {});
  const profile = await profileTable(layout, said, {}, { notices: [], privateData: [] }, passOver);
  const plan = planTables([profile], () => settings, {}, [], db);
  await loadTables(db, plan, passOver);
  db.exec(change);
  await verifyTables(db, plan, passOver);
}

const text = "n,r,s,d\n1,0.5,x,3.5.2024\n9007199254740993,1.25,,4.5.2024\n";
const columns: Readonly<Record<string, ColumnSettings>> = { d: { date: "day-first" }, s: { extract: {} } };

test.each([
  ["UPDATE t SET n = n + 1 WHERE rowid = 2", 3, "n"],
  ["UPDATE t SET n = '1' || '' WHERE rowid = 1; UPDATE t SET r = 0.5000001 WHERE rowid = 1", 2, "r"],
  ["UPDATE t SET s = NULL WHERE rowid = 1", 2, "s"],
  ["UPDATE t SET s = 1", 3, "s"],
  ["UPDATE s SET value = 'X'", 2, "s"],
  ["UPDATE t SET d = '2024-03-05' WHERE rowid = 1", 2, "d"],
  ["DELETE FROM t WHERE rowid = 2", 3, undefined],
] as const)("a database that differs is found: %s", async (change, line, column) => {
  await verifyChanged(text, "", { columns });
  await expect(verifyChanged(text, change, { columns })).rejects.toMatchObject({
    code: "CONVERT_VERIFY_FAILED",
    facts: { file: "t.csv", table: "t", line, ...(column && { column }) },
  });
});

test("a row too many is found, and a row of another key", async () => {
  const error = { code: "CONVERT_VERIFY_FAILED", facts: { table: "t" } };
  await expect(verifyChanged(text, "INSERT INTO t DEFAULT VALUES")).rejects.toMatchObject(error);
  await expect(verifyChanged("k\n2\n1\n", "UPDATE t SET k = 3 WHERE k = 1", { key: ["k"] })).rejects.toMatchObject(error);
  await verifyChanged("k\n2\n1\n", "", { key: ["k"] });
});

test("records are found by a key that is extracted, beside a table that is called as the list of labels", async () => {
  const settings = { key: ["labels"], columns: { labels: { extract: {} } } };
  await verifyChanged("labels,n\nb,1\na,2\n", "", settings);
  const error = { code: "CONVERT_VERIFY_FAILED", facts: { table: "t", line: 3, column: "n" } };
  await expect(verifyChanged("labels,n\nb,1\na,2\n", "UPDATE t SET n = 3 WHERE n = 2", settings)).rejects.toMatchObject(error);
});

const field = fc.oneof(
  fc.constantFrom("", "0", "-0", "007", "1e5", "1E5", "+1", ".5", "1.", "1.50", "NA", " 1", "9223372036854775808", "0.1", "1e-7"),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.string({ maxLength: 5 }).map((value) => value.replace(/[\0"]/g, "")),
);
const table = fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 8 });
const written = (records: readonly (readonly string[])[]): string =>
  records.map((record) => record.map((value) => `"${value}"`).join(",")).join("\n");

test("whatever a file holds comes back", async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.boolean(), fc.boolean(), async (records, emptyAsText, isExtracted) => {
      const options = { emptyAsText, everyFile: { separator: "," }, ...(isExtracted && { columns: { b: { extract: {} } } }) };
      await using made = await makeTables({ "t.csv": `"a","b"\n${written(records)}\n` }, options);
      expect(made.values("SELECT count(*) FROM t")).toEqual([[records.length]]);
    }),
    { numRuns: 40 },
  );
});
