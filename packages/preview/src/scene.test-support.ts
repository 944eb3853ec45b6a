import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { emptyServe, type Context, type Site } from "@datasette-publish/core";
import { wheelFiles } from "@datasette-publish/runtime";

export interface Scene {
  readonly dir: string;
  readonly cacheDir: string;
  readonly site: Site;
  listFolder(): string[];
}

export const ctx: Context = { report: () => {} };

/** The wheels of the lock file. */
export async function findWheels(): Promise<readonly string[]> {
  return await wheelFiles();
}

/** A site of one database, made by hand: two plain tables, one with 5000 rows, one with an awkward name, and a full-text index. */
export function makeScene(): Scene {
  const dir = mkdtempSync(join(tmpdir(), "datasette-publish-"));
  const data = join(dir, "data");
  mkdirSync(data);
  const path = join(data, "data.db");
  const db = new DatabaseSync(path);
  db.exec(`
    CREATE TABLE towns (id INTEGER PRIMARY KEY, name TEXT, people INTEGER);
    INSERT INTO towns VALUES (1, 'Ghent', 265086), (2, 'Łódź', 655279);
    CREATE TABLE big (id INTEGER PRIMARY KEY, text TEXT);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO big SELECT i, hex(randomblob(40)) FROM n;
    CREATE TABLE "Łódź 1/2" ("größe" TEXT);
    INSERT INTO "Łódź 1/2" VALUES ('ß');
    CREATE VIRTUAL TABLE towns_fts USING fts5(name, content='towns');
  `);
  const names = db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    .all()
    .map((row) => String(row["name"]));
  const tables = names.map((name) => {
    const rows = Number(db.prepare(`SELECT count(*) AS rows FROM "${name}"`).get()?.["rows"]);
    return { name, rows, source: null, columns: [] };
  });
  db.close();
  const bytes = readFileSync(path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const counts = Object.fromEntries(tables.map(({ name, rows }) => [name, { count: rows }]));
  const site: Site = {
    name: "scene",
    dataset: {
      databases: [{ name: "data", fileName: "data.db", path, sizeBytes: bytes.length, sha256, tables }],
      sources: [],
      unreadable: [],
    },
    serve: {
      ...emptyServe,
      databases: [{ fileName: "data.db", path }],
      metadata: { title: "Towns & rivers" },
      settings: { default_page_size: "7", allow_download: "off" },
      inspectData: { data: { hash: sha256, size: bytes.length, file: "data.db", tables: counts } },
    },
  };
  return { dir, cacheDir: join(dir, "cache"), site, listFolder: () => readdirSync(data) };
}
