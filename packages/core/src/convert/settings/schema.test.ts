import { expect, test } from "vitest";
import { settingsSchema } from "./schema.ts";

/** What editors complete and check `publish.yaml` by. Written anew by `vitest run --update`. */
test.each(["packages/core/publish.schema.json", "docs/publish.schema.json"])("%s is the schema", async (file) => {
  const json = `${JSON.stringify(settingsSchema, null, 2)}\n`;
  await expect(json).toMatchFileSnapshot(`${import.meta.dirname}/../../../../../${file}`);
});
