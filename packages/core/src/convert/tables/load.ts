import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { PublishError } from "../../errors/publish-error.ts";
import { setOption } from "../../errors/remedies.ts";
import { messageOf } from "../../files/failures.ts";
import { changedError, fingerprint } from "../../files/input-file.ts";
import { readRecords } from "../records/csv.ts";
import type { Column, ConvertOptions, Table } from "../dataset.ts";
import type { CsvInput } from "../formats/name-inputs.ts";
import { quoteName } from "../names.ts";
import type { PassOptions } from "../profile.ts";
import { filesOf, type FileProfile, type TableProfile } from "../table-profile.ts";
import type { TablePlan } from "./table-plan.ts";

/**
 * Second pass over the files of a table: creates it, inserts every record in one transaction, then makes its indexes.
 * @throws PublishError `CONVERT_KEY_DUPLICATE` with file and line, `INPUT_CHANGED`, `DISK_FULL`.
 */
export async function loadTable(
  db: DatabaseSync,
  plan: TablePlan,
  options: ConvertOptions,
  passOver: (input: CsvInput) => PassOptions,
): Promise<Table> {
  const { table, files, columns, rows } = plan.profile;
  db.exec("BEGIN");
  db.exec(createTableSql(plan));
  for (const file of files) {
    const inserted = await insertRecords(db, plan, file, options, passOver(file.input));
    if (inserted !== file.rows || (await fingerprint(file.input)) !== file.fingerprint) throw changedError(file.input.name);
  }
  for (const { name, columns: indexed } of plan.indexes)
    db.exec(`CREATE INDEX ${quoteName(name)} ON ${quoteName(table)} (${indexed.map(quoteName).join(", ")})`);
  if (plan.fts) createFts(db, plan.profile, plan.fts);
  db.exec("COMMIT");
  return { name: table, rows, source: filesOf(plan.profile), columns };
}

function createTableSql({ profile, primaryKey }: TablePlan): string {
  const alone = primaryKey.length === 1 ? primaryKey[0] : undefined;
  const lines = profile.columns.map(({ name, type }) => `  ${quoteName(name)} ${type}${name === alone ? " PRIMARY KEY" : ""}`);
  if (primaryKey.length > 1) lines.push(`  PRIMARY KEY (${primaryKey.map(quoteName).join(", ")})`);
  return `CREATE TABLE ${quoteName(profile.table)} (\n${lines.join(",\n")}\n)`;
}

async function insertRecords(
  db: DatabaseSync,
  plan: TablePlan,
  { input, format, positions }: FileProfile,
  options: ConvertOptions,
  pass: PassOptions,
): Promise<number> {
  const { table, columns } = plan.profile;
  const blank = options.emptyAsText ? "" : null;
  const insert = db.prepare(`INSERT INTO ${quoteName(table)} VALUES (${columns.map(() => "?").join(", ")})`);
  // It returns the rowid, which may be more than a double holds where it is a column.
  insert.setReadBigInts(plan.primaryKey.length > 0);
  const values = Array.from<SQLInputValue>({ length: columns.length }).fill(null);
  const types = positions.map((position) => columns[position]!.type);
  let inserted = 0;
  for await (const { header, records, lines, bytes } of readRecords(input, format, pass.signal)) {
    if (header.length !== positions.length) throw changedError(input.name);
    for (const [number, record] of records.entries()) {
      for (let index = 0; index < types.length; index++) values[positions[index]!] = toStored(record[index]!, types[index]!, blank);
      try {
        insert.run(...values);
      } catch (error) {
        throw keyError(error, plan, input, lines[number]!);
      }
    }
    inserted += records.length;
    pass.onBytes(bytes);
  }
  return inserted;
}

/** A field as the value to bind; integers beyond 15 digits as BigInt, which a double would not hold. */
function toStored(field: string, type: Column["type"], blank: "" | null): SQLInputValue {
  if (field === "") return blank;
  if (type === "TEXT") return field;
  return type === "INTEGER" && field.length > 15 ? BigInt(field) : Number(field);
}

function keyError(error: unknown, { primaryKey }: TablePlan, { name: file, table }: CsvInput, line: number): unknown {
  if (!(error instanceof Error && error.message.startsWith("UNIQUE constraint failed"))) return error;
  const column = primaryKey.join(", ");
  return new PublishError(
    "CONVERT_KEY_DUPLICATE",
    `${file}, line ${line}: the key (${column}) is already taken by an earlier record.`,
    [
      setOption("primaryKey", undefined, "with columns that together are unique"),
      { action: "replace-file", file, line, note: "by removing the repeated record" },
    ],
    { file, line, table, column },
    error,
  );
}

/** An FTS5 external content table; Datasette 0.65 recognises it by `content="<table>"`. */
function createFts(db: DatabaseSync, profile: TableProfile, { table: fts, columns }: NonNullable<TablePlan["fts"]>): void {
  const { table } = profile;
  try {
    db.exec(`CREATE VIRTUAL TABLE ${quoteName(fts)} USING FTS5 (${columns.map(quoteName).join(", ")}, content=${quoteName(table)})`);
  } catch (error) {
    const column = columns.join(", ");
    const file = filesOf(profile);
    throw new PublishError(
      "OPTION_INVALID",
      `${table}: full-text search over ${column} is not possible: ${messageOf(error)}.`,
      [
        setOption("fts", undefined, "without that column"),
        { action: "replace-file", file, line: 1, note: "by renaming the column: FTS5 keeps rank for itself" },
      ],
      { option: "fts", file, table, column },
      error,
    );
  }
  db.exec(`INSERT INTO ${quoteName(fts)} (${quoteName(fts)}) VALUES ('rebuild')`);
}
