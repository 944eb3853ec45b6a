import type { DatabaseSync, StatementSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import type { Column, Database } from "../dataset.ts";
import type { PrivateFinding } from "../findings/private/finding.ts";
import { PrivateDataScan } from "../findings/private/scan.ts";
import type { SqliteInput } from "../formats/name-inputs.ts";
import { quoteName } from "../names.ts";
import { dataTables } from "./data-tables.ts";
import { invalidError, isCorrupt, openForReading } from "./inspect.ts";

/** Values of a table that are looked at. */
const mostValues = 500_000;
/** Rows that are read at one place of a table with more. */
const rowsOfPlace = 50;
const rowsOfBatch = 1000;

/** Full-text tables that hold their texts themselves, and do not find those of another table. */
const ownTexts = `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual'
  AND name || '_content' IN (SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow')`;

/**
 * Looks for columns of private data in a prepared SQLite file: in all rows of a table, or in 500,000 values at even distances over it.
 * Passes over what holds no text of people: binary data and decimals, and generated columns, which are made of the others.
 * @throws PublishError `SQLITE_INVALID` when its rows cannot be read
 */
export async function findPrivateRows(
  input: SqliteInput,
  { path, tables }: Pick<Database, "path" | "tables">,
  signal?: AbortSignal,
): Promise<PrivateFinding[]> {
  const found: PrivateFinding[] = [];
  const rowsOf = new Map(tables.flatMap(({ name, rows, uncounted }) => (uncounted ? [] : [[name, rows]])));
  using db = openForReading(path);
  try {
    for (const table of tablesOf(db)) {
      const rowCount = rowsOf.get(table);
      if (rowCount === undefined) continue;
      const scan = new TableScan(db, input, table);
      for (const rows of readTable(db, table, scan.columns, rowCount)) {
        await setImmediate();
        signal?.throwIfAborted();
        scan.add(rows);
      }
      found.push(...(await scan.findings()));
    }
  } catch (error) {
    throw isCorrupt(error) ? invalidError(input, error) : error;
  }
  return found;
}

function tablesOf(db: DatabaseSync): string[] {
  const fullText = db.prepare(ownTexts).all() as { name: string }[];
  return [...dataTables(db, "main"), ...fullText.map(({ name }) => name)];
}

/** Values of the columns, `''` for those that are passed over; more may follow. */
type Row = readonly (string | bigint)[];

/** Reads the rows of a table that are looked at, some at a time. */
function* readTable(db: DatabaseSync, table: string, columns: readonly string[], rows: number): Generator<readonly Row[]> {
  const values = columns.map(quoteName).map((column) => `iif(typeof(${column}) IN ('text', 'integer'), ${column}, '')`);
  const select = (more: readonly string[], rest: string): StatementSync => {
    const statement = db.prepare(`SELECT ${[...values, ...more].join()} FROM ${quoteName(table)} ${rest}`);
    statement.setReadBigInts(true);
    statement.setReturnArrays(true);
    return statement;
  };
  const most = Math.ceil(mostValues / columns.length);
  const bounds = rows > most ? rowidBounds(db, table) : undefined;
  const read = bounds
    ? yield* readPlaces(select(["_rowid_"], `WHERE _rowid_ >= ? ORDER BY _rowid_ LIMIT ${rowsOfPlace}`), bounds, most)
    : 0;
  // Few are found where a gap is much wider than all the rowids around it.
  if (2 * read < most) yield* readFirst(select([], `LIMIT ${most}`));
}

interface Bounds {
  readonly least: bigint;
  readonly greatest: bigint;
}

/** Undefined: the table has no rowids, or none that can be reached. */
function rowidBounds(db: DatabaseSync, table: string): Bounds | undefined {
  if (db.prepare("SELECT 1 FROM pragma_table_list WHERE schema = 'main' AND name = ? AND wr").get(table)) return undefined;
  const statement = db.prepare(`SELECT min(_rowid_) AS least, max(_rowid_) AS greatest FROM ${quoteName(table)}`);
  statement.setReadBigInts(true);
  const { least, greatest } = statement.get()!;
  return typeof least === "bigint" && typeof greatest === "bigint" ? { least, greatest } : undefined;
}

/** Reads rows with their rowids at even distances. Returns how many. */
function* readPlaces(statement: StatementSync, { least, greatest }: Bounds, most: number): Generator<readonly Row[], number> {
  const places = BigInt(Math.ceil(most / rowsOfPlace));
  let read = 0;
  let next = least;
  for (let place = 0n; place < places && next <= greatest; place++) {
    const even = least + ((greatest - least) * place) / places;
    const rows = statement.all(even > next ? even : next) as unknown as Row[];
    next = (rows.at(-1)!.at(-1) as bigint) + 1n;
    read += rows.length;
    yield rows;
  }
  return read;
}

function* readFirst(statement: StatementSync): Generator<readonly Row[]> {
  let rows: Row[] = [];
  for (const row of statement.iterate() as Iterable<unknown> as Iterable<Row>)
    if (rows.push(row) === rowsOfBatch) {
      yield rows;
      rows = [];
    }
  if (rows.length > 0) yield rows;
}

/** What is found in one table. */
class TableScan {
  readonly columns: readonly string[];
  readonly #types: Column["type"][];
  readonly #scan: PrivateDataScan;

  constructor(db: DatabaseSync, { name: file, database }: SqliteInput, table: string) {
    this.columns = (db.prepare(`PRAGMA table_info(${quoteName(table)})`).all() as { name: string }[]).map(({ name }) => name);
    this.#types = this.columns.map(() => "INTEGER");
    this.#scan = new PrivateDataScan({ file, database, table, header: this.columns });
  }

  add(rows: readonly Row[]): void {
    const records = rows.map((row) => this.columns.map((_, at) => this.#toText(row[at]!, at)));
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
