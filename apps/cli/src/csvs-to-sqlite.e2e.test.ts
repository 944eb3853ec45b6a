import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bin } from "./scene.test-support.ts";

const release = "csvs-to-sqlite==1.3.1";
/** What its tests import; their own code is replaced by a shim, so that pandas is not needed. */
const needed = ["click", "pytest", "six", "cogapp"];

/** Tests of csvs-to-sqlite that do not hold here, and why. */
const unheld: Readonly<Record<string, string>> = {
  test_filename_column: "names tables of a folder ./test1, and finds no other name in the schema by a bug of the test",
  test_if_cog_needs_to_be_run: "compares the README of csvs-to-sqlite with its own help",
  test_fts_error_on_missing_columns: "wants the exact text of an error",
};

/** It installs, and starts `publish` for each of the tests. */
const timeoutMs = 600_000;

let dir: string;
let outcomes: Record<string, string>;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "publish-csvs-to-sqlite-"));
  execFileSync("python3", ["-m", "venv", join(dir, "venv")]);
  pip("install", "-q", ...needed);
  pip("download", "-q", release, "--no-deps", "--no-binary", ":all:", "--dest", dir);
  const sdist = readdirSync(dir).find((file) => file.endsWith(".tar.gz"))!;
  execFileSync("tar", ["-xzf", sdist, "--strip-components=1", "--one-top-level=sdist"], { cwd: dir });
  const shim = join(dir, "shim", "csvs_to_sqlite");
  mkdirSync(shim, { recursive: true });
  writeFileSync(join(shim, "__init__.py"), "");
  copyFileSync(fileURLToPath(new URL("csvs-to-sqlite-shim.py", import.meta.url)), join(shim, "cli.py"));
  outcomes = runTests();
}, timeoutMs);

afterAll(() => rmSync(dir, { recursive: true, force: true }));

function pip(...args: readonly string[]): void {
  execFileSync(join(dir, "venv/bin/pip"), ["--disable-pip-version-check", ...args], { stdio: ["ignore", "inherit", "inherit"] });
}

/** The tests of its command, by name: `passed`, or what failed. Those of its inner functions have no subject here. */
function runTests(): Record<string, string> {
  const results = join(dir, "results.xml");
  const args = ["-q", "-p", "no:cacheprovider", "--import-mode=importlib", `--junitxml=${results}`, "tests/test_csvs_to_sqlite.py"];
  spawnSync(join(dir, "venv/bin/pytest"), args, {
    cwd: join(dir, "sdist"),
    env: {
      PATH: process.env["PATH"],
      HOME: dir,
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
      PYTHONPATH: join(dir, "shim"),
      PUBLISH: JSON.stringify([process.execPath, "--conditions=source", bin]),
    },
    stdio: "ignore",
  });
  const cases = readFileSync(results, "utf8").matchAll(/<testcase [^>]*?name="(\w+)"[^>]*?(?:\/>|>([^]*?)<\/testcase>)/g);
  return Object.fromEntries(Array.from(cases, ([, name, failure]) => [name!, failure ?? "passed"]));
}

test("csvs-to-sqlite's own tests pass on publish convert", () => {
  const held = Object.entries(outcomes).filter(([name]) => !(name in unheld));
  expect(held.filter(([, outcome]) => outcome !== "passed")).toEqual([]);
  expect(held).toHaveLength(18);
  expect(Object.keys(outcomes)).toEqual(expect.arrayContaining(Object.keys(unheld)));
});
