import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { RecordBatch } from "../records/csv.ts";
import { isInteger } from "./infer.ts";
import { columnNames, isRowidName } from "../names.ts";

/**
 * Finds which columns with a name of the rowid have a different integer in every record, and so can be the INTEGER PRIMARY KEY.
 * Memory is bounded: SQLite keeps the integers in temporary files.
 */
export class KeyProbes implements Disposable {
  #probes: readonly { readonly name: string; readonly index: number; readonly integers: Integers }[] | undefined;

  add({ header, records }: RecordBatch): void {
    this.#probes ??= columnNames(header).flatMap((name, index) => (isRowidName(name) ? [{ name, index, integers: new Integers() }] : []));
    for (const { index, integers } of this.#probes) for (const record of records) integers.add(record[index]!);
  }

  get keys(): string[] {
    return (this.#probes ?? []).filter(({ integers }) => integers.differ).map(({ name }) => name);
  }

  [Symbol.dispose](): void {
    for (const { integers } of this.#probes ?? []) integers[Symbol.dispose]();
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
