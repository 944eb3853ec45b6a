import { expect, test } from "vitest";
import { settingsSchema } from "./schema.ts";

/** What editors complete and check `publish.yaml` by. Written anew by `vitest run --update`. */
test("docs/publish.schema.json is the schema", async () => {
  const json = `${JSON.stringify(settingsSchema, null, 2)}\n`;
  await expect(json).toMatchFileSnapshot(`${import.meta.dirname}/../../../../../docs/publish.schema.json`);
});
