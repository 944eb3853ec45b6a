import type { Column } from "../../dataset.ts";
import { PreFilter } from "../pre-filter.ts";
import type { Batch } from "../watcher.ts";
import { ColumnScan, sampleSize } from "./column-scan.ts";
import { saidByName } from "./column-names.ts";
import type { PrivateFinding, PrivateKind } from "./finding.ts";
import { mayHoldIban } from "./kinds.ts";

/** The table that is scanned, with the names of its columns as they stand in its file. */
export interface Scanned {
  readonly file: string;
  /** The database that it is in already; null: it is made of the file's records. */
  readonly database: string | null;
  readonly table: string;
  readonly header: readonly string[];
}

/** What makes an address one of a person. */
const aboutPeople: ReadonlySet<PrivateKind> = new Set(["first-name", "last-name", "birth-date", "national-id", "document"]);

/**
 * Finds columns of private data in the records of a file, or in the rows of a table, whose batches have neither text nor lines. Memory is
 * bounded: it keeps a sample of each column. What it finds is common kinds only, and none of it is certain: the owner decides.
 */
export class PrivateDataScan {
  readonly #of: Scanned;
  readonly #columns: readonly ColumnScan[];
  readonly #emails = new PreFilter((text) => text.includes("@"));
  readonly #ibans = new PreFilter(mayHoldIban);
  #rows = 0;

  constructor(of: Scanned) {
    this.#of = of;
    this.#columns = of.header.map(() => new ColumnScan(sampleSize(of.header.length)));
  }

  add(batch: Batch): void {
    const [mayHoldEmail, mayHoldAccount] = [this.#emails.mayHold(batch), this.#ibans.mayHold(batch)];
    for (const [position, column] of this.#columns.entries()) {
      column.sample(batch, position);
      if (column.isOpen && (mayHoldEmail || mayHoldAccount)) column.look(batch, position, mayHoldEmail, this.#rows);
    }
    this.#rows += batch.records.length;
  }

  /** @param columns names and types that the columns got, by position; undefined: the column is left out */
  async findings(columns: readonly (Pick<Column, "name" | "type"> | undefined)[]): Promise<PrivateFinding[]> {
    const { file, database, table, header } = this.#of;
    for (const column of this.#columns) column.close(this.#rows);
    const found: { finding: PrivateFinding; isSupporting: boolean }[] = [];
    for (const [position, scan] of this.#columns.entries()) {
      const column = columns[position];
      if (column === undefined) continue;
      const said = saidByName(header[position]!);
      const finding = await scan.finding(column.type, said);
      if (finding === undefined) continue;
      const isSupporting = finding.confidence === "low" && said?.isSupporting === true;
      const firstLine = database === null ? finding.firstLine : null;
      found.push({ finding: { file, database, table, column: column.name, ...finding, firstLine }, isSupporting });
    }
    const isOfPeople = found.some(({ finding }) => aboutPeople.has(finding.kind));
    return found.flatMap(({ finding, isSupporting }) => (isSupporting && !isOfPeople ? [] : [finding]));
  }
}
