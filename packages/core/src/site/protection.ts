import type { Dataset } from "../convert/dataset.ts";
import { PublishError } from "../errors/publish-error.ts";
import type { Context } from "../events/events.ts";
import { warn } from "../events/warnings.ts";
import { stemOf } from "./site-name.ts";
import { isObject, type Description } from "./configuration-file.ts";
import { protecting } from "./configuration.ts";

/** What says who may see something, of a database or of a table of it. */
interface Rule {
  readonly database: string;
  readonly table: string | null;
}

/** Databases that every Datasette has. */
const datasettes = new Set(["_memory", "_internal"]);

/**
 * Looks whether what is protected is there under the name that is protected: Datasette ignores a rule for any other.
 * A file may have become a database or table of another name, as two would have had the same; then its rule is an error.
 *
 * @throws PublishError `SITE_METADATA_INVALID`
 */
export function checkProtection(config: Description, dataset: Dataset, ctx: Context): void {
  for (const rule of rulesOf(config)) {
    if (isThere(rule, dataset)) continue;
    const { database, table } = rule;
    const what = table === null ? `the database ${database}` : `the table ${table} of the database ${database}`;
    const facts = { database, ...(table !== null && { table }) };
    const file = dataset.sources.find(({ name }) => stemOf(name) === (table ?? database))?.name;
    if (file === undefined)
      warn(ctx, "PROTECTION_UNUSED", `The site has a rule about who may see ${what}, and has none of that name.`, facts);
    else throw renamed(file, what, dataset, { ...facts, file });
  }
}

function renamed(file: string, what: string, { databases }: Dataset, facts: PublishError["facts"]): PublishError {
  const message = `A rule is about who may see ${what}; ${file} is not in the site under that name, so nothing would protect it.`;
  const names = databases.map(({ name }) => name).join(", ");
  const remedies = [`Name it as the site does (its databases are ${names}), or rename the file.`];
  return new PublishError("SITE_METADATA_INVALID", message, remedies, facts);
}

function isThere({ database, table }: Rule, { databases }: Dataset): boolean {
  if (datasettes.has(database)) return true;
  const found = databases.find(({ name }) => name === database);
  if (found === undefined) return false;
  // Of what was converted all is known; a SQLite file may have views, and keeps its names.
  const isConverted = found.tables.some(({ source }) => source !== null);
  return table === null || !isConverted || found.tables.some(({ name }) => name.toLowerCase() === table.toLowerCase());
}

function rulesOf({ databases }: Description): Rule[] {
  return objectsIn(databases).flatMap(([database, config]) => {
    const own = isProtected(config) || objectsIn(config["queries"]).some(([, query]) => isProtected(query));
    const tables = objectsIn(config["tables"]).filter(([, table]) => isProtected(table));
    return [...(own ? [{ database, table: null }] : []), ...tables.map(([table]) => ({ database, table }))];
  });
}

function objectsIn(value: unknown): [string, Description][] {
  return isObject(value) ? Object.entries(value).filter((entry): entry is [string, Description] => isObject(entry[1])) : [];
}

function isProtected(config: Description): boolean {
  return Object.entries(config).some(([key, value]) => protecting.has(key) && value !== null && value !== undefined);
}
