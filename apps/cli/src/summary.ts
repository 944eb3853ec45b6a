import type { Database, PublishResult } from "@datasette-publish/core";
import { formatBytes } from "./reporter.ts";

/** A table as text: columns padded to their widest cell. */
export function renderTable(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>((widest, row) => row.map((cell, i) => Math.max(widest[i] ?? 0, cell.length)), []);
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** The report of a database: a line per table, and per column of a converted one. */
export function renderDatabase(database: Database): string[] {
  const shown = database.tables.filter((table) => table.source !== null || table.columns.length > 0);
  const tables = shown.length > 0 ? shown : database.tables;
  return [
    `${database.name}: ${database.tables.length} ${database.tables.length === 1 ? "table" : "tables"}, ${formatBytes(database.sizeBytes)}`,
    ...tables.flatMap((table) => [
      `  ${table.name}: ${table.rows.toLocaleString("en")} rows`,
      ...renderTable(table.columns.map((c) => [`    ${c.name}`, c.type, c.nulls > 0 ? `${c.nulls} blank` : "", shorten(c.example ?? "")])),
    ]),
  ];
}

const shorten = (text: string) => (text.length > 40 ? `${text.slice(0, 39)}…` : text).replaceAll(/\s+/g, " ");

export function renderPublished(result: PublishResult): string[] {
  const { deployment } = result;
  if (deployment === undefined)
    return [
      `Plan for ${result.site}:`,
      ...(result.plan ?? []).map((action) => `  ${action.verb} ${action.target}`),
      "Nothing was changed.",
    ];
  return [
    "",
    `Published ${result.site}${deployment.url === null ? "" : ` at ${deployment.url}`}`,
    ...renderTable([
      ...result.databases.map(({ name, tables, sizeBytes }) => [
        `  ${name}`,
        `${tables.reduce((sum, { rows }) => sum + rows, 0).toLocaleString("en")} rows in ${tables.length} ${tables.length === 1 ? "table" : "tables"}, ${formatBytes(sizeBytes)}`,
      ]),
      ...result.images.map((image) => [
        `  ${image.platform}`,
        `${formatBytes(image.sizeBytes)} compressed, ${formatBytes(image.unpackedSizeBytes)} unpacked, ${image.manifestDigest}`,
      ]),
      ...Object.entries(deployment.facts).map(([name, value]) => [
        `  ${name}`,
        /bytes$/i.test(name) && typeof value === "number" ? formatBytes(value) : String(value),
      ]),
    ]),
    "",
    "Next:",
    ...deployment.next.map((line) => `  ${line}`),
  ];
}
