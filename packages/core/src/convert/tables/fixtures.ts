import type { ConvertOptions } from "../dataset.ts";
import { makeFolder, query, recordEvents } from "../fixtures.ts";
import { convert } from "../make-dataset.ts";

/** For tests: converts texts, by the names of their files, to a database in a folder of their own, and verifies it. */
export async function makeTables(texts: Readonly<Record<string, string>>, options: ConvertOptions = {}) {
  const folder = await makeFolder(texts);
  const out = folder.at("out.db");
  const ctx = recordEvents();
  const run = async (names: readonly string[], given: ConvertOptions): Promise<void> => {
    await convert(names.map(folder.at), out, { verify: true, ...given }, ctx);
  };
  await run(Object.keys(texts), options).catch(async (error: unknown) => {
    await folder[Symbol.asyncDispose]();
    throw error;
  });
  return {
    folder,
    events: ctx.events,
    /** Converts files into the database that is there. */
    again: (names: readonly string[], given: ConvertOptions = {}) => run(names, { replaceTables: true, ...given }),
    rows: (sql: string) => query(out, sql),
    /** The values of each row. */
    values: (sql: string) => query(out, sql).map((row) => Object.values(row)),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
