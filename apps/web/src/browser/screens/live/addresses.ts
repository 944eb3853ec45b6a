import type { PublishResult } from "@datasette-publish/workbench/protocol";

/** A table of a published site, and where programs find it. */
export interface TableAddresses {
  /** `database/table`, as the site's addresses have them. */
  readonly id: string;
  readonly name: string;
  readonly page: string;
  readonly json: string;
  readonly csv: string;
}

type Databases = Pick<PublishResult, "databases">;

/** Of every table that a result tells of, in its order. */
export function addressesOf(url: string, result: Databases): readonly TableAddresses[] {
  const base = url.endsWith("/") ? url : `${url}/`;
  return tablesOf(result).map(({ database, name }) => {
    const id = `${tildeEncode(database)}/${tildeEncode(name)}`;
    const page = `${base}${id}`;
    return { id, name, page, json: `${page}.json?_shape=array`, csv: `${page}.csv?_stream=on` };
  });
}

/** The tables with data in them, with their databases. */
export function tablesOf({ databases }: Databases): readonly { readonly database: string; readonly name: string; readonly rows: number }[] {
  return databases.flatMap(({ name: database, tables }) =>
    tables.filter(({ name }) => !isInternal(name, tables)).map(({ name, rows }) => ({ database, name, rows })),
  );
}

/** Tables in which a full-text index keeps what it needs: `cats_fts`, `cats_fts_data` … */
function isInternal(name: string, tables: readonly { readonly name: string }[]): boolean {
  const [, of] = /^(.+)_fts(?:_(?:data|idx|docsize|config|content))?$/.exec(name) ?? [];
  return of !== undefined && tables.some((table) => table.name === of);
}

/** A line for a command line that fetches an address; quoted for the shells of Unix. */
export function curlLine(address: string): string {
  return `curl '${address.replaceAll("'", "%27")}'`;
}

/** Code that shows a page of the site within another page. */
export function embedCode(address: string, title: string): string {
  return `<iframe src="${escapeHtml(address)}" title="${escapeHtml(title)}" width="100%" height="500" loading="lazy"></iframe>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** How Datasette writes a name in an address: all but letters, digits, `_` and `-` as `~` and the byte in hex; a blank as `+`. */
export function tildeEncode(name: string): string {
  return [...new TextEncoder().encode(name)].map(encodeByte).join("");
}

function encodeByte(byte: number): string {
  const char = String.fromCharCode(byte);
  if (/[\w-]/.test(char)) return char;
  return char === " " ? "+" : `~${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}
