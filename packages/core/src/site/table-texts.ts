import type { Column, Database, Table } from "../convert/dataset.ts";
import type { Description } from "./configuration-file.ts";

/** What is said of converted tables and their columns, as Datasette's metadata; empty where nothing is. */
export function tableTexts(databases: readonly Database[]): Description {
  return within("databases", databases, ({ tables }) => within("tables", tables, textsOf));
}

function textsOf({ title, description, columns }: Table): Description {
  const said = within("columns", columns, (column: Column) => column.description);
  return { ...(title !== undefined && { title }), ...(description !== undefined && { description }), ...said };
}

/** By name, those of which something is said, below `key`. */
function within<T extends { readonly name: string }>(key: string, all: readonly T[], textOf: (one: T) => Description | string | undefined) {
  const said = all.map((one) => [one.name, textOf(one) ?? ""] as const).filter(([, text]) => Object.keys(text).length > 0);
  return said.length === 0 ? {} : { [key]: Object.fromEntries(said) };
}
