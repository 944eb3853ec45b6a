import { expect, test } from "vitest";
import { rewriteShortFlags, withoutValues } from "./argv.ts";

test("-pk is rewritten, but not after --", () => {
  expect(rewriteShortFlags(["convert", "-pk", "id", "--", "-pk"])).toEqual(["convert", "--primary-key", "id", "--", "-pk"]);
});

test.each([
  [["--port", "canary-1"], "Expected an integer but received: canary-1"],
  [["--port=canary-1"], "Nonexistent flag: --port=canary-1"],
  [["-pcanary-1"], "Nonexistent flag: -pcanary-1"],
])("no value of %j is left in a message", (argv, message) => {
  expect(withoutValues(message, argv)).not.toContain("canary-1");
});
