import type { DatabaseSync } from "node:sqlite";
import { PublishError } from "../../errors/publish-error.ts";
import { setOption } from "../../errors/remedies.ts";
import { messageOf } from "../../files/failures.ts";
import type { LookupTable } from "../dataset.ts";
import { nameKey, pickName, quoteName } from "../names.ts";

/** A full-text index over columns of a table. */
export interface FtsPlan {
  readonly table: string;
  readonly columns: readonly FtsColumn[];
}

/** A column to search. Of one that refers to a lookup table the label is searched. */
export interface FtsColumn {
  readonly name: string;
  readonly lookup?: LookupTable | undefined;
}

/** Where a full-text index belongs, and which option asks for it. */
export interface FtsOwner {
  readonly table: string;
  /** Names of the files that the table is from. */
  readonly file: string;
  readonly option: "fts" | "extractColumn";
}

const shadows = ["", "_data", "_idx", "_docsize", "_config"];

/** A free name for a full-text index, which makes tables with names of its own; they are then taken. */
export function nameFts(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; shadows.some((shadow) => taken.has(nameKey(name + shadow))); number++) name = `${wanted}-${number}`;
  for (const shadow of shadows) pickName(name + shadow, "-", taken);
  return name;
}

/**
 * Makes an FTS5 external content table, which Datasette 0.65 recognises by `content="<table>"`, and fills it.
 * @throws PublishError `OPTION_INVALID` for a column that FTS5 keeps for itself
 */
export function createFts(db: DatabaseSync, { table, file, option }: FtsOwner, plan: FtsPlan): void {
  const names = plan.columns.map(({ name }) => name);
  try {
    db.exec(`CREATE VIRTUAL TABLE ${quoteName(plan.table)} USING FTS5 (${names.map(quoteName).join(", ")}, content=${quoteName(table)})`);
  } catch (error) {
    const column = names.join(", ");
    throw new PublishError(
      "OPTION_INVALID",
      `${table}: full-text search over ${column} is not possible: ${messageOf(error)}.`,
      [
        setOption(option, undefined, "without that column"),
        { action: "replace-file", file, line: 1, note: "by renaming the column: FTS5 keeps rank for itself" },
      ],
      { option, file, table, column },
      error,
    );
  }
  fill(db, table, plan);
}

function fill(db: DatabaseSync, table: string, { table: fts, columns }: FtsPlan): void {
  if (columns.every(({ lookup }) => lookup === undefined)) return rebuild(db, fts);
  const values = columns.map(({ name, lookup }, at) => (lookup ? `lookup_${at}.${quoteName(lookup.label)}` : `content.${quoteName(name)}`));
  const joins = columns.flatMap(({ name, lookup }, at) =>
    lookup ? [`LEFT JOIN ${quoteName(lookup.table)} AS lookup_${at} ON content.${quoteName(name)} = lookup_${at}.id`] : [],
  );
  db.exec(`
    INSERT INTO ${quoteName(fts)} (rowid, ${columns.map(({ name }) => quoteName(name)).join(", ")})
    SELECT content.rowid, ${values.join(", ")} FROM ${quoteName(table)} AS content ${joins.join(" ")} ORDER BY content.rowid`);
}

/** Fills full-text indexes from their tables, once rows were added. */
export function rebuild(db: DatabaseSync, fts: string): void {
  db.exec(`INSERT INTO ${quoteName(fts)} (${quoteName(fts)}) VALUES ('rebuild')`);
}

const contentOption = /\bcontent\s*=\s*(?:"((?:[^"]|"")*)"|'((?:[^']|'')*)'|\[([^\]]*)\]|`([^`]*)`|([^\s,)]+))/i;

/** The names of the full-text indexes whose content is the table. */
export function findFts(db: DatabaseSync, table: string): string[] {
  const sql = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%USING FTS%' ORDER BY rowid";
  const all = db.prepare(sql).all();
  return all.filter((row) => nameKey(contentOf(String(row["sql"]))) === nameKey(table)).map((row) => String(row["name"]));
}

function contentOf(sql: string): string {
  const [double, single, ...others] = contentOption.exec(sql)?.slice(1) ?? [];
  return double?.replaceAll('""', '"') ?? single?.replaceAll("''", "'") ?? others.find((name) => name !== undefined) ?? "";
}

/** Drops the full-text indexes whose content is the table. */
export function dropFts(db: DatabaseSync, table: string): void {
  for (const fts of findFts(db, table)) db.exec(`DROP TABLE ${quoteName(fts)}`);
}
