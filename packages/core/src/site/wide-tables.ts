import type { Dataset } from "../convert/dataset.ts";
import { setOption } from "../errors/remedies.ts";
import type { Context } from "../events/events.ts";
import { warn } from "../events/warnings.ts";

/** More columns than this, and a page takes seconds: Datasette looks at each one to suggest facets. */
const manyColumns = 100;
const setting = "suggest_facets";

/** The settings that were given, and that no facets are suggested for a table with many columns unless they say so. */
export function withoutSuggestions(
  { databases }: Dataset,
  given: Readonly<Record<string, string>>,
  ctx: Context,
): Readonly<Record<string, string>> {
  const wide = databases.map(({ widest }) => widest).find((widest) => widest !== undefined && widest.columns > manyColumns);
  if (wide === undefined || Object.hasOwn(given, setting)) return given;
  const { table, columns } = wide;
  const message = `The table ${table} has ${columns} columns: the site suggests no facets, which would take seconds for each page.`;
  warn(ctx, "FACETS_NOT_SUGGESTED", message, { table, columns }, setOption("setting", `${setting}=on`, "if it should all the same"));
  return { ...given, [setting]: "off" };
}
