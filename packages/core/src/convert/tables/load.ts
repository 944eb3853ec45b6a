import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { changedError, fingerprint } from "../../files/input-file.ts";
import type { Table } from "../dataset.ts";
import { nameKey, quoteName } from "../names.ts";
import type { Pass, PassOver } from "../pass.ts";
import { readRecords, type RecordBatch } from "../records/csv.ts";
import { filesOf } from "../table-profile.ts";
import type { ColumnPlan, FilePlan } from "./column-plan.ts";
import { createFts, findFts, rebuild } from "./fts.ts";
import { recordError } from "./load-errors.ts";
import { LabelNumbers } from "./lookup.ts";
import type { DatabasePlan, LookupPlan, TablePlan } from "./table-plan.ts";

/** The lookup tables of a run, by the keys of their names. */
type Lookups = ReadonlyMap<string, LabelNumbers>;

/**
 * Second pass over the files: makes the tables of the plan, inserts every record, then makes indexes and full-text indexes.
 * @throws PublishError `CONVERT_KEY_DUPLICATE` and `CONVERT_TABLE_UNFIT` with file and line, `INPUT_CHANGED`, `DISK_FULL`.
 */
export async function loadTables(db: DatabaseSync, plan: DatabasePlan, passOver: PassOver): Promise<Table[]> {
  const lookups = new Map(plan.lookups.map((lookup) => [nameKey(lookup.table), new LabelNumbers(db, lookup)]));
  const tables: Table[] = [];
  for (const table of plan.tables) tables.push(await loadTable(db, table, lookups, passOver));
  db.exec("BEGIN");
  for (const lookup of plan.lookups) searchLookup(db, lookup, plan.searchLookups);
  db.exec("COMMIT");
  return tables;
}

async function loadTable(db: DatabaseSync, plan: TablePlan, lookups: Lookups, passOver: PassOver): Promise<Table> {
  const { table, profile } = plan;
  db.exec("BEGIN");
  db.exec(createTableSql(plan));
  for (const file of plan.files) await loadFile(db, plan, file, lookups, passOver(file.file.input));
  for (const { name, columns } of plan.indexes)
    db.exec(`CREATE INDEX ${quoteName(name)} ON ${quoteName(table)} (${columns.map(quoteName).join(", ")})`);
  const source = filesOf(profile);
  if (plan.fts) createFts(db, { table, file: source, option: "fts" }, plan.fts);
  db.exec("COMMIT");
  const columns = plan.columns.map(({ report, name, type, lookup }) => ({ ...report, name, type, ...(lookup && { lookup }) }));
  return { name: table, rows: profile.rows, source, columns };
}

function createTableSql({ table, columns, primaryKey }: TablePlan): string {
  const alone = primaryKey.length === 1 ? primaryKey[0] : undefined;
  const lines = columns.map(({ name, type }) => `  ${quoteName(name)} ${type}${name === alone ? " PRIMARY KEY" : ""}`);
  if (primaryKey.length > 1) lines.push(`  PRIMARY KEY (${primaryKey.map(quoteName).join(", ")})`);
  for (const { name, lookup } of columns)
    if (lookup) lines.push(`  FOREIGN KEY (${quoteName(name)}) REFERENCES ${quoteName(lookup.table)} ("id")`);
  return `CREATE TABLE ${quoteName(table)} (\n${lines.join(",\n")}\n)`;
}

async function loadFile(db: DatabaseSync, plan: TablePlan, filePlan: FilePlan, lookups: Lookups, pass: Pass): Promise<void> {
  const { file } = filePlan;
  const write = fileWriter(db, plan, filePlan, lookups);
  let inserted = 0;
  for await (const batch of readRecords(file.input, file.reading, pass.signal)) {
    if (batch.header.length !== file.positions.length) throw changedError(file.input.name);
    write(batch);
    await pass.skipped?.add(batch);
    inserted += batch.records.length;
    pass.onBytes(batch.bytes);
  }
  if (inserted !== file.rows || (await fingerprint(file.input)) !== file.fingerprint) throw changedError(file.input.name);
}

/** What puts the records of a file into their table, batch by batch. */
function fileWriter(db: DatabaseSync, plan: TablePlan, filePlan: FilePlan, lookups: Lookups): (batch: RecordBatch) => void {
  const { table, columns, primaryKey } = plan;
  const names = columns.map(({ name }) => quoteName(name)).join(", ");
  const insert = db.prepare(`INSERT INTO ${quoteName(table)} (${names}) VALUES (${columns.map(() => "?").join(", ")})`);
  // It returns the rowid, which may be more than a double holds where it is a column.
  insert.setReadBigInts(primaryKey.length > 0);
  const values = Array.from<SQLInputValue>({ length: columns.length }).fill(null);
  // A lookup table gets no value of a file without records.
  if (filePlan.file.rows > 0)
    for (const { position, field } of filePlan.constants) values[position] = valueOf(columns[position]!, lookups)(field);
  const fields = fieldsOf(plan, filePlan, lookups);
  return ({ records, lines }) => {
    for (let number = 0; number < records.length; number++) {
      const record = records[number]!;
      for (let index = 0; index < fields.length; index++) {
        const { field, position, toValue } = fields[index]!;
        values[position] = toValue(record[field]!);
      }
      try {
        insert.run(...values);
      } catch (error) {
        throw recordError(error, plan, filePlan.file.input, lines[number]!);
      }
    }
  };
}

/** A field of a record, and the column that it goes to. */
interface Field {
  readonly field: number;
  readonly position: number;
  readonly toValue: (field: string) => SQLInputValue;
}

function fieldsOf({ columns }: TablePlan, { positions }: FilePlan, lookups: Lookups): Field[] {
  return positions.flatMap((position, field) => {
    const column = columns[position];
    return column === undefined ? [] : [{ field, position, toValue: valueOf(column, lookups) }];
  });
}

/** What makes the value of a column: what a field becomes, or its number in a lookup table. A number there has the digits of the file. */
function valueOf({ toStored, lookup }: ColumnPlan, lookups: Lookups): Field["toValue"] {
  if (lookup === undefined) return toStored;
  const table = lookups.get(nameKey(lookup.table))!;
  return (field) => {
    const value = toStored(field);
    return value === null ? null : table.idOf(typeof value === "string" ? value : field);
  };
}

/** Makes the labels of a lookup table searchable, the new ones too. */
function searchLookup(db: DatabaseSync, { table, label, fts }: LookupPlan, isWanted: boolean): void {
  const there = findFts(db, table);
  for (const one of there) rebuild(db, one);
  if (there.length === 0 && isWanted)
    createFts(db, { table, file: table, option: "extractColumn" }, { table: fts, columns: [{ name: label }] });
}
