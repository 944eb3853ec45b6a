import type { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import type { Context } from "../../events/events.ts";
import { warn } from "../../events/warnings.ts";
import { messageOf, sqliteCode } from "../../files/failures.ts";
import type { Column, Database } from "../dataset.ts";
import type { PrivateFinding } from "../findings/private/finding.ts";
import { PrivateDataScan } from "../findings/private/scan.ts";
import type { SqliteInput } from "../formats/name-inputs.ts";
import { quoteName } from "../names.ts";
import { dataTables } from "./data-tables.ts";
import { invalidError, isCorrupt, openForReading } from "./inspect.ts";

/** Values of a table that are looked at, and characters of a value. */
const mostValues = 500_000;
const mostCharacters = 10_000;

/** What is read at a time: rows, or the characters of fewer. */
const rowsOfBatch = 1000;
const charactersOfBatch = 4_000_000;

/** Tables of full-text search beside which there is one of their texts. */
const searched = `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual'
  AND name || '_content' IN (SELECT name FROM pragma_table_list WHERE schema = 'main')`;

/** The columns of a table, generated ones among them; not those by which a table of full-text search is asked. */
const columnsOf = "SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid";

/**
 * Looks for columns of private data in a prepared SQLite file: in all rows of a table, or in as many, at even distances, as hold 500,000
 * values. Passes over binary data and decimals. Warns of a table that this SQLite cannot read.
 * @throws PublishError `SQLITE_INVALID` when the file is damaged
 */
export async function findPrivateRows(
  input: SqliteInput,
  { path, tables }: Pick<Database, "path" | "tables">,
  ctx: Context,
): Promise<PrivateFinding[]> {
  const found: PrivateFinding[] = [];
  const rowsOf = new Map(tables.flatMap(({ name, rows, uncounted }) => (uncounted ? [] : [[name, rows]])));
  using db = openForReading(path);
  for (const table of tablesOf(db, (name) => rowsOf.has(name)))
    try {
      const scan = new TableScan(db, input, table);
      for (const rows of readTable(db, table, scan.columns, rowsOf.get(table) ?? 0)) {
        await setImmediate();
        ctx.signal?.throwIfAborted();
        scan.add(rows);
      }
      found.push(...(await scan.findings()));
    } catch (error) {
      if (isCorrupt(error)) throw invalidError(input, error);
      if (sqliteCode(error) === 0) throw error;
      warnOfUnread(input, table, error, ctx);
    }
  return found;
}

/** The tables that hold data. For a table of full-text search, that of its texts, if it is the user's own or the other cannot be read. */
function tablesOf(db: DatabaseSync, isReadable: (table: string) => boolean): Set<string> {
  const names = (db.prepare(searched).all() as { name: string }[]).map(({ name }) => name);
  const texts = names.map((name) => (isReadable(name) && isOfSearch(db, `${name}_content`) ? name : `${name}_content`));
  return new Set([...dataTables(db, "main"), ...texts]);
}

/** Whether a table has the columns of one that full-text search makes: `id, c0, …` or `docid, c0title, …`. */
function isOfSearch(db: DatabaseSync, table: string): boolean {
  const [first, second] = namesOf(db, table);
  return (first === "id" || first === "docid") && second?.startsWith("c0") === true;
}

function namesOf(db: DatabaseSync, table: string): string[] {
  return (db.prepare(columnsOf).all(table) as { name: string }[]).map(({ name }) => name);
}

function warnOfUnread({ name: file }: SqliteInput, table: string, error: unknown, ctx: Context): void {
  const reason = messageOf(error);
  const message = `${file}: the table ${table} cannot be read here (${reason}), and so was not looked at for private data.`;
  warn(ctx, "PRIVATE_UNCHECKED", message, { file, table, reason }, "Look at it yourself before you publish it.");
}

/** Values of the columns, `''` for those that are passed over. */
type Row = readonly (string | bigint)[];

/** Reads the rows of a table that are looked at, some at a time. */
function* readTable(db: DatabaseSync, table: string, columns: readonly string[], rows: number): Generator<readonly Row[]> {
  const values = columns
    .map(quoteName)
    .map((name) => `CASE typeof(${name}) WHEN 'text' THEN substr(${name}, 1, ${mostCharacters}) WHEN 'integer' THEN ${name} ELSE '' END`);
  const step = Math.ceil((rows * columns.length) / mostValues);
  let row = 0;
  db.function("is_looked_at", () => (row++ % step === 0 ? 1 : 0));
  // Not by an index, which may have a collation that this SQLite does not have.
  const statement = db.prepare(`SELECT ${values.join()} FROM ${quoteName(table)} NOT INDEXED ${step > 1 ? "WHERE is_looked_at()" : ""}`);
  statement.setReadBigInts(true);
  statement.setReturnArrays(true);
  let batch: Row[] = [];
  let characters = 0;
  for (const found of statement.iterate() as Iterable<unknown> as Iterable<Row>) {
    batch.push(found);
    for (const value of found) if (typeof value === "string") characters += value.length;
    if (batch.length < rowsOfBatch && characters < charactersOfBatch) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  yield batch;
}

/** What is found in one table. */
class TableScan {
  readonly columns: readonly string[];
  readonly #types: Column["type"][];
  readonly #scan: PrivateDataScan;

  constructor(db: DatabaseSync, { name: file, database }: SqliteInput, table: string) {
    this.columns = namesOf(db, table);
    this.#types = this.columns.map(() => "INTEGER");
    this.#scan = new PrivateDataScan({ file, database, table, header: this.columns });
  }

  add(rows: readonly Row[]): void {
    const records = rows.map((row) => row.map((value, at) => this.#toText(value, at)));
    this.#scan.add({ records, lines: records.map(() => 0) });
  }

  async findings(): Promise<PrivateFinding[]> {
    return await this.#scan.findings(this.columns.map((name, at) => ({ name, type: this.#types[at]! })));
  }

  #toText(value: string | bigint, at: number): string {
    if (typeof value === "bigint") return String(value);
    if (value !== "") this.#types[at] = "TEXT";
    return value;
  }
}
