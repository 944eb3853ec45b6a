import { formatBytes, type Database, type PublishResult } from "@datasette-publish/core";
import { renderColumns, renderNotable } from "./column-report.ts";
import { factRows } from "./facts.ts";
import { toLine } from "./remedies.ts";
import { renderTable } from "./table.ts";

/** The report of a database: a line per table, and what there is to say of each column of a converted one. */
export function renderDatabase(database: Database): string[] {
  const shown = database.tables.filter((table) => table.source !== null || table.columns.length > 0);
  const tables = shown.length > 0 ? shown : database.tables;
  return [
    `${database.name}: ${count(database.tables.length, "table")}, ${formatBytes(database.sizeBytes)}`,
    ...tables.flatMap((table) => [`  ${table.name}: ${count(table.rows, "row")}`, ...renderColumns(table.columns)]),
  ];
}

const count = (amount: number, thing: string) => `${amount.toLocaleString("en")} ${thing}${amount === 1 ? "" : "s"}`;

/** A publish with what it installs. */
export interface SiteResult extends PublishResult {
  /** Names and versions of plugins and of what they need besides Datasette. */
  readonly plugins: readonly string[];
}

/** `isShown`: whether values of the data may be. */
export function renderPublished(result: SiteResult, isShown: boolean): string[] {
  const { deployment } = result;
  const columns = renderNotable(result.databases, isShown);
  if (deployment === undefined)
    return [
      `Plan for ${result.site}:`,
      ...(result.plan ?? []).map((action) => `  ${action.verb} ${action.target}`),
      ...renderContents(result),
      ...columns,
      "Nothing was changed.",
    ];
  return [
    "",
    `Published ${result.site}${deployment.url === null ? "" : ` at ${deployment.url}`}`,
    ...renderTable([
      ...result.databases.map(({ name, tables, sizeBytes }) => [
        `  ${name}`,
        `${count(
          tables.reduce((sum, { rows }) => sum + rows, 0),
          "row",
        )} in ${count(tables.length, "table")}, ${formatBytes(sizeBytes)}`,
      ]),
      ...result.images.map((image) => [
        `  ${image.platform}`,
        `${formatBytes(image.sizeBytes)} compressed, ${unpacked(image)}${image.manifestDigest}`,
      ]),
      ...(result.sbom === undefined ? [] : [["  contents", result.sbom]]),
      ...factRows(deployment.facts),
    ]),
    ...(columns.length === 0 ? [] : ["", ...columns]),
    "",
    "Next:",
    ...deployment.next.map((remedy) => `  ${toLine(remedy)}`),
  ];
}

/** Files of one kind that a plan names. */
const mostNamed = 10;

/** What goes into the site besides its data, and what is left out. */
function unpacked({ unpackedSizeBytes }: PublishResult["images"][number]): string {
  return unpackedSizeBytes === null ? "" : `${formatBytes(unpackedSizeBytes)} unpacked, `;
}

function renderContents({ files, leftOut, plugins }: SiteResult): string[] {
  const byKind = Map.groupBy(files, ({ what }) => what);
  const rows = [...byKind].flatMap(([what, of]) => {
    const more = of.length > mostNamed ? [["", `and ${of.length - mostNamed} more`]] : [];
    return [...of.slice(0, mostNamed).map(({ from }, at) => [at === 0 ? `  ${what}` : "", from]), ...more];
  });
  return [
    ...(rows.length === 0 ? [] : ["In the site, besides its data:", ...renderTable(rows)]),
    ...(plugins.length === 0 ? [] : ["Installed:", ...plugins.map((plugin) => `  ${plugin}`)]),
    ...(leftOut.length === 0 ? [] : ["Left out:", ...leftOut.map(({ file, why }) => `  ${file} ${why}`)]),
  ];
}
