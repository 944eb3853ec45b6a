import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const cli = fileURLToPath(new URL("..", import.meta.url));
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "publish-version-"));
  for (const name of ["bin", "package.json"]) cpSync(join(cli, name), join(dir, name), { recursive: true });
});
afterAll(() => rmSync(dir, { recursive: true }));

test("--version says what oclif does, with nothing there to load", () => {
  const oclif = execFileSync(process.execPath, ["--conditions=source", join(cli, "bin/dev.js"), "--version"], { encoding: "utf8" });
  expect(execFileSync(process.execPath, [join(dir, "bin/run.js"), "--version"], { encoding: "utf8" })).toBe(oclif);
  expect(spawnSync(process.execPath, [join(dir, "bin/run.js"), "--help"]).status).not.toBe(0);
});
