const edgeSpaces = /^[\s\uFEFF\u200B]+|[\s\uFEFF\u200B]+$/g;

/**
 * A name without the spaces around it. A name is what people type, not data: no value is changed, and nobody sees the
 * space that makes an option or an address miss the column.
 */
export function trimName(name: string): string {
  return name.replace(edgeSpaces, "");
}

/**
 * The names in the records that the header is made of, joined with a space. A blank cell of an upper record has the text on its
 * left, as spreadsheets write a merged cell.
 */
export function joinHeader(rows: readonly (readonly string[])[]): string[] {
  const filled = rows.map((row, index) => (index < rows.length - 1 ? fillFromLeft(row) : row).map(trimName));
  const width = Math.max(...rows.map(({ length }) => length));
  return Array.from({ length: width }, (_, column) =>
    filled
      .map((row) => row[column] ?? "")
      .filter((part, index, parts) => part !== "" && part !== parts[index - 1])
      .join(" "),
  );
}

function fillFromLeft(row: readonly string[]): string[] {
  let last = "";
  return row.map((cell) => (last = cell.trim() === "" ? last : cell));
}

/** Names of columns that have none. */
export function numberedNames(width: number): string[] {
  return Array.from({ length: width }, (_, column) => `column_${column + 1}`);
}
