import { expect, test } from "vitest";
import { rewriteArgv } from "./argv.ts";

test("-pk is rewritten, but not after --", () => {
  expect(rewriteArgv(["convert", "-pk", "id", "--", "-pk"])).toEqual(["convert", "--primary-key", "id", "--", "-pk"]);
});

test("help is a word as well, where it is the first", () => {
  expect(rewriteArgv(["help", "status", "heroku"])).toEqual(["status", "heroku", "--help"]);
  expect(rewriteArgv(["docker", "help"])).toEqual(["docker", "help"]);
});
