import { PublishError } from "../../errors/publish-error.ts";
import { setOption } from "../../errors/remedies.ts";
import { sqliteCode } from "../../files/failures.ts";
import type { CsvInput } from "../formats/name-inputs.ts";
import type { TablePlan } from "./table-plan.ts";

/** SQLite's result codes for a row that breaks a constraint, and for a rowid that is no integer. */
const [constraint, mismatch] = [19, 20];

/** What stopped a record from being inserted: its key, with file and line. */
export function recordError(error: unknown, { table, primaryKey }: TablePlan, { name: file }: CsvInput, line: number): unknown {
  const code = sqliteCode(error);
  if (code !== constraint && code !== mismatch) return error;
  const column = primaryKey.join(", ");
  const facts = { file, line, table, column };
  if (code === mismatch) {
    const message = `${file}, line ${line}: the key (${column}) is no integer, which its type asks for.`;
    return new PublishError("CONVERT_TABLE_UNFIT", message, setOption("type", `${table}.${column}=text`), facts, error);
  }
  return new PublishError(
    "CONVERT_KEY_DUPLICATE",
    `${file}, line ${line}: the key (${column}) is already taken by an earlier record.`,
    [
      setOption("primaryKey", undefined, "with columns that together are unique"),
      { action: "replace-file", file, line, note: "by removing the repeated record" },
    ],
    facts,
    error,
  );
}
