import { isDeepStrictEqual } from "node:util";
import { PublishError } from "../errors/publish-error.ts";
import { isObject, type Description } from "./configuration-file.ts";
import type { Serve } from "./serve.ts";

/** What Datasette is given to read. */
export interface Configuration {
  readonly metadata: Description;
  /** Empty: there is none. Datasette 0.65 has none. */
  readonly config: Description;
}

/** Who may see or do what: never dropped, never merged. */
export const protecting: ReadonlySet<string> = new Set(["allow", "allow_sql", "permissions"]);

/** What Datasette 1.0 reads in its configuration alone; in metadata it does not see most of it, `allow_sql` among them. */
const moved = {
  site: new Set([...protecting, "plugins", "extra_css_urls", "extra_js_urls"]),
  database: new Set([...protecting, "plugins", "queries"]),
  table: new Set([
    ...protecting,
    "plugins",
    ..."hidden sort sort_desc size sortable_columns label_column facets fts_table fts_pk searchmode column_types".split(" "),
  ]),
};

/**
 * Metadata and configuration as the Datasette of `line` reads them. 0.65 has one file for both, 1.0 a file for each.
 * A key that is not known stays where it was given.
 *
 * @throws PublishError `SITE_METADATA_INVALID` where the two contradict each other about who may see something, and for `permissions` that 0.65
 *   cannot keep
 */
export function configurationOf({ line, metadata, config }: Pick<Serve, "line" | "metadata" | "config">): Configuration {
  if (line === "0.65") return { metadata: withoutPermissions(mergeDescriptions(metadata, config)), config: {} };
  const { stays, moves } = split(metadata);
  return { metadata: stays, config: mergeDescriptions(moves, config) };
}

/** Both; what the second says wins. */
export function mergeDescriptions(first: Description, second: Description, path: readonly string[] = []): Description {
  const merged = new Map(Object.entries(first));
  for (const [key, value] of Object.entries(second)) {
    const at = [...path, key];
    merged.set(key, merged.has(key) ? mergeValues(merged.get(key), value, at) : value);
  }
  return Object.fromEntries(merged);
}

function mergeValues(first: unknown, second: unknown, at: readonly string[]): unknown {
  if (isDeepStrictEqual(first, second)) return second;
  if (!protecting.has(at.at(-1)!)) {
    if (isObject(first) && isObject(second)) return mergeDescriptions(first, second, at);
    if (!protects(first)) return second;
  }
  const message = `The metadata and the configuration say different things in ${at.join(".")}: one of them would not be followed.`;
  throw new PublishError("SITE_METADATA_INVALID", message, "Say it in one of the two.", { key: at.join(".") });
}

/** Whether there is anything in a value that says who may see something. */
function protects(value: unknown): boolean {
  return isObject(value) && Object.entries(value).some(([key, inner]) => protecting.has(key) || protects(inner));
}

interface Split {
  readonly stays: Description;
  readonly moves: Description;
}

function split(metadata: Description): Split {
  return splitKeys(metadata, moved.site, "databases", (database) =>
    splitKeys(database, moved.database, "tables", (table) => splitKeys(table, moved.table)),
  );
}

/** Parts an object by its keys; what is named in its key `children` is parted by `splitChild`. */
function splitKeys(whole: Description, keys: ReadonlySet<string>, children?: string, splitChild?: (child: Description) => Split): Split {
  const stays: [string, unknown][] = [];
  const moves: [string, unknown][] = [];
  for (const [key, value] of Object.entries(whole)) {
    if (keys.has(key)) moves.push([key, value]);
    else if (key !== children || splitChild === undefined || !isObject(value)) stays.push([key, value]);
    else {
      const parts = Object.entries(value).map(([name, child]) => [name, isObject(child) ? splitChild(child) : null] as const);
      stays.push([key, Object.fromEntries(parts.map(([name, part]) => [name, part === null ? value[name] : part.stays]))]);
      const moving = parts.flatMap(([name, part]) => (part === null || Object.keys(part.moves).length === 0 ? [] : [[name, part.moves]]));
      if (moving.length > 0) moves.push([key, Object.fromEntries(moving) as unknown]);
    }
  }
  return { stays: Object.fromEntries(stays), moves: Object.fromEntries(moves) };
}

/** The same for 0.65, which has `allow_sql` in the place of one permission and nothing in that of others. */
function withoutPermissions(site: Description): Description {
  const { databases, ...rest } = rewrite(site, "the site", true);
  if (!isObject(databases)) return { ...rest, ...(databases !== undefined && { databases }) };
  const inDatabases = mapObjects(databases, (database, name) => {
    const own = rewrite(database, name, true);
    const children = ["tables", "queries"].filter((key) => isObject(own[key]));
    const rewritten = children.map((key) => [
      key,
      mapObjects(own[key] as Description, (child, of) => rewrite(child, `${name}/${of}`, false)),
    ]);
    return { ...own, ...(Object.fromEntries(rewritten) as Description) };
  });
  return { ...rest, databases: inDatabases };
}

function mapObjects(parent: Description, change: (child: Description, name: string) => Description): Description {
  return Object.fromEntries(Object.entries(parent).map(([name, child]) => [name, isObject(child) ? change(child, name) : child]));
}

function rewrite({ permissions, ...rest }: Description, of: string, hasSql: boolean): Description {
  if (permissions === undefined || permissions === null) return rest;
  const { "execute-sql": sql, ...others } = isObject(permissions) ? permissions : { "": permissions };
  const isExpressible =
    Object.keys(others).length === 0 && hasSql && (rest["allow_sql"] === undefined || isDeepStrictEqual(rest["allow_sql"], sql));
  if (isExpressible) return sql === undefined ? rest : { ...rest, allow_sql: sql };
  const message = `Datasette 0.65 knows no permissions as the configuration has them for ${of}: they would not be followed.`;
  const remedies = ["Say it with allow and allow_sql, or publish with Datasette 1.0."];
  throw new PublishError("SITE_METADATA_INVALID", message, remedies, { of });
}
