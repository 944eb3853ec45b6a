import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { emptyServe, makeCacheDir, type Context, type Database, type Serve, type Site } from "@datasette-publish/core";
import { wheelFiles } from "@datasette-publish/runtime";
import type { PreviewOptions } from "./preview.ts";

export interface Scene {
  readonly dir: string;
  readonly site: Site;
  listFolder(): string[];
}

export const ctx: Context = { report: () => {} };

/** Datasette's wheels, and the folder where this machine keeps their snapshot. */
export async function findRuntime(): Promise<Pick<PreviewOptions, "wheels" | "cacheDir">> {
  return { wheels: await wheelFiles(), cacheDir: await makeCacheDir(process.env, "preview") };
}

export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), "datasette-publish-"));
}

/** A site of one database, made by hand: two plain tables, one with 5000 rows, one with an awkward name, and a full-text index. */
export function makeScene(): Scene {
  const dir = makeFolder();
  const data = `
    CREATE TABLE towns (id INTEGER PRIMARY KEY, name TEXT, people INTEGER);
    INSERT INTO towns VALUES (1, 'Ghent', 265086), (2, 'Łódź', 655279);
    CREATE TABLE big (id INTEGER PRIMARY KEY, text TEXT);
    ${numbered(5000)} INSERT INTO big SELECT i, hex(randomblob(40)) FROM n;
    CREATE TABLE "Łódź 1/2" ("größe" TEXT);
    INSERT INTO "Łódź 1/2" VALUES ('ß');
    CREATE VIRTUAL TABLE towns_fts USING fts5(name, content='towns');
  `;
  const settings = { default_page_size: "7", allow_download: "off" };
  const site = makeSite(dir, { data }, { metadata: { title: "Towns & rivers" }, settings });
  return { dir, site, listFolder: () => readdirSync(join(dir, "databases")) };
}

/** The numbers from 1 to `last` as a table expression `n(i)`. */
export function numbered(last: number): string {
  return `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${last})`;
}

/** A site whose databases are made by SQL. */
export function makeSite(dir: string, sql: Readonly<Record<string, string>>, serve: Partial<Serve> = {}): Site {
  mkdirSync(join(dir, "databases"), { recursive: true });
  const databases = Object.entries(sql).map(([name, statements]) => makeDatabase(join(dir, "databases", `${name}.db`), name, statements));
  const inspectData = Object.fromEntries(
    databases.map(({ name, sha256, sizeBytes, fileName, tables }) => {
      const counts = Object.fromEntries(tables.map((table) => [table.name, { count: table.rows }]));
      return [name, { hash: sha256, size: sizeBytes, file: fileName, tables: counts }];
    }),
  );
  const links = databases.map(({ fileName, path }) => ({ fileName, path }));
  return {
    name: "scene",
    dataset: { databases, sources: [], unreadable: [] },
    serve: { ...emptyServe, databases: links, inspectData, ...serve },
  };
}

function makeDatabase(path: string, name: string, statements: string): Database {
  const db = new DatabaseSync(path);
  db.exec(statements);
  const names = db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
    .all()
    .map((row) => String(row["name"]));
  const tables = names.map((table) => {
    const rows = Number(db.prepare(`SELECT count(*) AS rows FROM "${table}"`).get()?.["rows"]);
    return { name: table, rows, source: null, columns: [] };
  });
  db.close();
  const bytes = readFileSync(path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { name, fileName: `${name}.db`, path, sizeBytes: bytes.length, sha256, tables };
}
