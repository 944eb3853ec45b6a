import { expect, test } from "vitest";
import { rewriteArgv } from "./argv.ts";

test("csvs-to-sqlite's flags of two letters are rewritten for convert, but not after --", () => {
  const argv = ["convert", "-pk", "id", "-dt", "seen", "-df", "%Y", "--", "-pk"];
  expect(rewriteArgv(argv)).toEqual(["convert", "--primary-key", "id", "--datetime", "seen", "--datetime-format", "%Y", "--", "-pk"]);
  expect(rewriteArgv(["docker", "-pk", "id"])).toEqual(["docker", "-pk", "id"]);
});

test("csvs-to-sqlite's flags of two words become flags of one", () => {
  const argv = ["convert", "--fixed-column", "year", "2024", "a.csv", "--fixed-column-int", "n=1", "b.csv", "--fixed-column-float", "x"];
  expect(rewriteArgv(argv)).toEqual([
    "convert",
    "--fixed-column",
    "year=2024",
    "a.csv",
    "--fixed-column-int",
    "n=1",
    "b.csv",
    "--fixed-column-float",
    "x",
  ]);
});

test("the folder of a shortcut may be left out", () => {
  expect(rewriteArgv(["ui", "--shortcut"])).toEqual(["ui", "--shortcut="]);
  expect(rewriteArgv(["ui", "./csvs", "--shortcut", "--json"])).toEqual(["ui", "./csvs", "--shortcut=", "--json"]);
  expect(rewriteArgv(["ui", "--shortcut", "/home/ada"])).toEqual(["ui", "--shortcut", "/home/ada"]);
  expect(rewriteArgv(["docker", "--shortcut"])).toEqual(["docker", "--shortcut"]);
});

test("help is a word as well, where it is the first", () => {
  expect(rewriteArgv(["help", "status", "heroku"])).toEqual(["status", "heroku", "--help"]);
  expect(rewriteArgv(["docker", "help"])).toEqual(["docker", "help"]);
  expect(rewriteArgv(["help", "convert"])).toEqual(["convert", "--help"]);
});
