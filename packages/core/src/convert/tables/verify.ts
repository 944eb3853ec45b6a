import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";
import { PublishError } from "../../errors/publish-error.ts";
import { changedError } from "../../files/input-file.ts";
import { quoteName } from "../names.ts";
import type { Pass, PassOver } from "../pass.ts";
import { readRecords } from "../records/csv.ts";
import { filesOf } from "../table-profile.ts";
import type { FilePlan } from "./column-plan.ts";
import { readRows, type NextRow } from "./read-rows.ts";
import { holds } from "./same-value.ts";
import type { DatabasePlan, TablePlan } from "./table-plan.ts";

/**
 * Reads every file again, and compares each field with what its table holds.
 * @throws PublishError `CONVERT_VERIFY_FAILED` with file, line and column; `INPUT_CHANGED`
 */
export async function verifyTables(db: DatabaseSync, plan: DatabasePlan, passOver: PassOver): Promise<void> {
  for (const table of plan.tables) {
    const next = readRows(db, table);
    for (const file of table.files) await verifyFile(table, file, next, passOver(file.file.input));
    verifyCount(db, table);
  }
}

function verifyCount(db: DatabaseSync, { table, profile }: TablePlan): void {
  const rows = Number(db.prepare(`SELECT count(*) AS rows FROM ${quoteName(table)}`).get()!["rows"]);
  if (rows !== profile.rows) throw failed(`The table ${table} has ${rows} rows, not ${profile.rows}.`, { file: filesOf(profile), table });
}

async function verifyFile({ table, columns }: TablePlan, filePlan: FilePlan, next: NextRow, pass: Pass): Promise<void> {
  const { input, reading } = filePlan.file;
  const fieldAt = columns.map((_, position) => filePlan.positions.indexOf(position));
  /** What stands for each column: the field of the record, else what is the same in every record, else nothing. */
  const texts = columns.map((_, at) => filePlan.constants.find(({ position }) => position === at)?.field ?? null);
  const values: SQLInputValue[] = texts.map((text, at) => (text === null ? null : columns[at]!.toStored(text)));
  for await (const { header, records, lines, bytes } of readRecords(input, reading, pass.signal)) {
    if (header.length !== filePlan.positions.length) throw changedError(input.name);
    for (const [number, record] of records.entries()) {
      for (const [at, column] of columns.entries())
        if (fieldAt[at]! >= 0) values[at] = column.toStored((texts[at] = record[fieldAt[at]!]!));
      const row = next(values);
      const place = { file: input.name, line: lines[number]!, table };
      if (row === undefined) throw failed(`${place.file}, line ${place.line}: the table ${table} lacks the record.`, place);
      for (const [at, column] of columns.entries())
        if (!holds(row[at]!, values[at]!, texts[at]!, column)) throw differs(place, column.name, texts[at]!, row[at]!);
    }
    pass.onBytes(bytes);
  }
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly table: string;
}

function differs(place: Place, column: string, text: string | null, value: SQLOutputValue): PublishError {
  const held = typeof value === "string" ? JSON.stringify(value) : String(value);
  const message = `${place.file}, line ${place.line}: the column ${column} of ${place.table} holds ${held}, not ${JSON.stringify(text)}.`;
  return failed(message, { ...place, column });
}

function failed(message: string, facts: { file: string; table: string; line?: number; column?: string }): PublishError {
  return new PublishError("CONVERT_VERIFY_FAILED", message, "This is a bug: please report it, with that line of the file.", facts);
}
