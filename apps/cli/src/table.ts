import cliTruncate from "cli-truncate";
import stringWidth from "string-width";

/** A table as text: columns padded to their widest cell, and every row in `width`, which is a terminal's or none. */
export function renderTable(rows: readonly (readonly string[])[], width = terminalWidth()): string[] {
  const whole = align(rows);
  if (whole.every((line) => stringWidth(line) <= width)) return whole;
  return align(rows.map((row) => row.map(shortenDigests))).map((line) => fit(line, width));
}

/** Only what a person looks at is shortened: a file or another program gets all of it. */
function terminalWidth(): number {
  return (process.stdout.isTTY && process.stdout.columns) || Infinity;
}

function align(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, stringWidth(cell));
  return rows.map((row) =>
    row
      .map((cell, i) => cell + " ".repeat((widths[i] ?? 0) - stringWidth(cell)))
      .join("  ")
      .trimEnd(),
  );
}

const shortenDigests = (cell: string) => cell.replaceAll(/sha256:[0-9a-f]{64}/g, (digest) => `${digest.slice(0, 19)}…`);

/** A URL or a path at the end stays whole: half of one is of no use. */
function fit(line: string, width: number): string {
  return /\/\S*$/.test(line) ? line : cliTruncate(line, width);
}
