import type { DatabaseSync, StatementSync } from "node:sqlite";
import { pickName, quoteName } from "../names.ts";
import { takenNames } from "./existing.ts";
import type { Lookup } from "./lookup-plan.ts";

/** What a lookup keeps in memory at most; other labels are looked up in the database. */
export interface LookupLimits {
  readonly labels: number;
  /** UTF-16 code units of all labels. */
  readonly length: number;
}

const usualLimits: LookupLimits = { labels: 1_000_000, length: 64 * 1024 * 1024 };

/** A table of labels that gets a number for each, in the order in which they first come. */
export class LabelNumbers {
  readonly #db: DatabaseSync;
  readonly #plan: Lookup;
  readonly #limits: LookupLimits;
  readonly #insert: StatementSync;
  readonly #known = new Map<string, number>();
  #length = 0;
  #lastId: number;
  /** Set once not every label is in memory. */
  #find: StatementSync | undefined;

  /** Creates the table unless it is there. */
  constructor(db: DatabaseSync, plan: Lookup, limits: LookupLimits = usualLimits) {
    this.#db = db;
    this.#plan = plan;
    this.#limits = limits;
    const [table, label] = [quoteName(plan.table), quoteName(plan.label)];
    if (!plan.isThere) db.exec(`CREATE TABLE ${table} (\n  "id" INTEGER PRIMARY KEY,\n  ${label} TEXT\n)`);
    this.#insert = db.prepare(`INSERT INTO ${table} (id, ${label}) VALUES (?, ?)`);
    this.#lastId = Number(db.prepare(`SELECT ifnull(max(id), 0) AS id FROM ${table}`).get()!["id"]);
    this.#readKnown();
  }

  /** The number of a label, which gets the next one when it is new. */
  idOf(label: string): number {
    const known = this.#known.get(label) ?? this.#findId(label);
    if (known !== undefined) return known;
    const id = ++this.#lastId;
    this.#insert.run(id, label);
    this.#keep(label, id);
    return id;
  }

  #readKnown(): void {
    const { table, label, isThere } = this.#plan;
    if (!isThere) return;
    const labels = this.#db.prepare(`SELECT min(id) AS id, ${quoteName(label)} AS label FROM ${quoteName(table)} GROUP BY 2 ORDER BY 1`);
    for (const row of labels.iterate()) {
      if (row["label"] !== null) this.#known.set(String(row["label"]), Number(row["id"]));
      this.#length += String(row["label"]).length;
      if (this.#isFull()) break;
    }
    if (this.#isFull()) this.#find = this.#prepareFind();
  }

  #findId(label: string): number | undefined {
    const row = this.#find?.get(label);
    return row === undefined || row["id"] === null ? undefined : Number(row["id"]);
  }

  #keep(label: string, id: number): void {
    if (this.#find !== undefined) return;
    // A copy: a slice would keep the whole piece of file text alive.
    this.#known.set(Buffer.from(label).toString(), id);
    this.#length += label.length;
    if (this.#isFull()) this.#find = this.#prepareFind();
  }

  #isFull(): boolean {
    return this.#known.size >= this.#limits.labels || this.#length >= this.#limits.length;
  }

  /** From here on the labels have an index, without which each would be searched for in the whole table. */
  #prepareFind(): StatementSync {
    const [table, label] = [quoteName(this.#plan.table), quoteName(this.#plan.label)];
    const index = pickName(`"${this.#plan.table}_${this.#plan.label}"`, "-", takenNames(this.#db));
    this.#db.exec(`CREATE INDEX ${quoteName(index)} ON ${table} (${label})`);
    return this.#db.prepare(`SELECT min(id) AS id FROM ${table} WHERE ${label} = ?`);
  }
}
