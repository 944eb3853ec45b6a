import { expect, test } from "vitest";
import { inputsOf, makeFolder, recordEvents } from "../convert/fixtures.ts";
import { makeDataset } from "../convert/make-dataset.ts";
import { checkProtection } from "./protection.ts";

test("what is protected has to be there by the name that is protected", async () => {
  await using folder = await makeFolder({ "in/people.csv": "a\n1\n", "in/sqlite_x.csv": "a\n1\n" });
  const dataset = await makeDataset(inputsOf(folder.at("in")), folder.at("work"), {}, recordEvents());
  const warned = (config: Record<string, unknown>): string[] => {
    const ctx = recordEvents();
    checkProtection({ databases: config }, dataset, ctx);
    return ctx.warnings();
  };
  const rule = { allow: false };
  expect(warned({ data: { ...rule, tables: { People: rule }, queries: { q: { sql: "", ...rule } } }, _memory: rule })).toEqual([]);
  expect(warned({ other: { description: "nothing of it is protected", allow: null }, data: { tables: { gone: { size: 5 } } } })).toEqual(
    [],
  );
  expect(warned({ notes: { allow_sql: false }, data: { tables: { gone: rule } } })).toEqual(["PROTECTION_UNUSED", "PROTECTION_UNUSED"]);
  for (const config of [{ people: rule }, { people: { queries: { q: { sql: "", ...rule } } } }, { data: { tables: { sqlite_x: rule } } }])
    expect(() => warned(config)).toThrow(expect.objectContaining({ code: "SITE_METADATA_INVALID" }) as Error);
});
