import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { dataTables } from "@datasette-publish/core";
import { expect, test } from "vitest";
import { firstRows } from "./first-rows.ts";

test("rows are shown as they are; long texts and what is no text by their size", async () => {
  const dir = await mkdtemp(join(tmpdir(), "rows-test-"));
  const db = new DatabaseSync(join(dir, "data.db"));
  db.exec(`CREATE TABLE "t ""1""" (a, b, c); INSERT INTO "t ""1""" VALUES
    (9223372036854775807, 1.5, NULL), ('x', x'0102', '${"é".repeat(201)}'), (1, 2, 3);
    CREATE VIRTUAL TABLE found USING fts5(a); CREATE VIEW v AS SELECT 1;`);
  expect(firstRows(db, { table: 't "1"', limit: 2 })).toEqual({
    columns: ["a", "b", "c"],
    rows: [
      ["9223372036854775807", 1.5, null],
      ["x", { blobBytes: 2 }, { cut: "é".repeat(200), characters: 201 }],
    ],
  });
  expect(dataTables(db, "main")).toEqual(['t "1"']);
  db.close();
  await rm(dir, { recursive: true });
});
