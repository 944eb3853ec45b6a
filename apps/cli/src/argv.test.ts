import { expect, test } from "vitest";
import { rewriteShortFlags } from "./argv.ts";

test("-pk is rewritten, but not after --", () => {
  expect(rewriteShortFlags(["convert", "-pk", "id", "--", "-pk"])).toEqual(["convert", "--primary-key", "id", "--", "-pk"]);
});
