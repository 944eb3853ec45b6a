import { warning, type Warning } from "../events/warnings.ts";
import { columnNames, nameKey } from "./names.ts";
import type { OpenedFile, TableLayout } from "./table-profile.ts";

/**
 * Gives the files of one table its columns: those of one name are one column, whichever files have it. Its notices
 * tell the names that are not those of the file.
 */
export function layOutTable(opened: readonly OpenedFile[]): TableLayout & { readonly notices: readonly Warning[] } {
  const notices: Warning[] = [];
  const columns: string[] = [];
  const header: string[] = [];
  const known = new Map<string, number>();
  const positionOf = (name: string, written: string): number => {
    const position = known.get(nameKey(name)) ?? columns.length;
    if (position === columns.length) {
      known.set(nameKey(name), columns.push(name) - 1);
      header.push(written);
    }
    return position;
  };
  const files = opened.map((file) => {
    const names = columnNames(file.header);
    noticeNames(file, names, notices);
    return { ...file, positions: names.map((name, index) => positionOf(name, file.header[index]!)) };
  });
  return { table: opened[0]!.input.table, files, columns, header, notices };
}

function noticeNames({ input, header }: OpenedFile, names: readonly string[], notices: Warning[]): void {
  const { name: file, table } = input;
  for (const [index, column] of names.entries()) {
    const wanted = header[index]!;
    if (column === wanted) continue;
    const message = `${file}: column ${index + 1} (${JSON.stringify(wanted)}) becomes ${column}.`;
    notices.push(warning("COLUMN_RENAMED", message, { file, table, column, wanted }));
  }
}
