import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { RecordBatch } from "../records/csv.ts";
import { isInteger } from "./number-scanner.ts";
import { isRowidName } from "../names.ts";

/**
 * Finds which columns with a name of the rowid have a different integer in every record, and so can be the INTEGER PRIMARY KEY.
 * Memory is bounded: SQLite keeps the integers in temporary files.
 */
export class KeyProbes implements Disposable {
  readonly #probes: readonly { readonly name: string; readonly position: number; readonly integers: Integers }[];

  /** @param columns names of a table's columns */
  constructor(columns: readonly string[]) {
    this.#probes = columns.flatMap((name, position) => (isRowidName(name) ? [{ name, position, integers: new Integers() }] : []));
  }

  /** @param positions for each field of a record, the position of its column */
  add({ records }: RecordBatch, positions: readonly number[]): void {
    for (const { position, integers } of this.#probes) {
      const field = positions.indexOf(position);
      for (const record of records) integers.add(record[field] ?? "");
    }
  }

  get keys(): string[] {
    return this.#probes.filter(({ integers }) => integers.differ).map(({ name }) => name);
  }

  [Symbol.dispose](): void {
    for (const { integers } of this.#probes) integers[Symbol.dispose]();
  }
}

/** The values of one column, as long as they are integers that differ. */
class Integers implements Disposable {
  readonly #db = new DatabaseSync("");
  readonly #insert: StatementSync;
  differ = true;

  constructor() {
    this.#db.exec("PRAGMA journal_mode = OFF; CREATE TABLE seen (value INTEGER PRIMARY KEY); BEGIN");
    this.#insert = this.#db.prepare("INSERT OR IGNORE INTO seen VALUES (?)");
    // It returns the rowid, which may be more than a double holds.
    this.#insert.setReadBigInts(true);
  }

  add(value: string): void {
    if (this.differ) this.differ = isInteger(value) && this.#insert.run(BigInt(value)).changes === 1n;
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }
}
