import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "launcher-test-"));
});
afterAll(() => rm(dir, { recursive: true }));

// What is tested, and against what, is in the files themselves: Python, as what they test.
describe.each(["0.65.5", "1.0a41"])("the launcher's parts, with Datasette %s", (version) => {
  let python: string;
  beforeAll(async () => {
    const venv = join(dir, version);
    python = join(venv, "bin/python");
    await run("python3", ["-m", "venv", venv]);
    await run(join(venv, "bin/pip"), ["install", "-q", `datasette==${version}`]);
  });

  test.each([
    ["kept_answers/kept_answers_test.py", version === "1.0a41" ? ["100"] : ["1000"], "orders as fresh answers"],
    ["site_limits/site_limits_test.py", [], "limits hold"],
    ...(version === "1.0a41" ? [] : [["lazy_pint_test.py", [], "units as ever"] as [string, string[], string]]),
  ])(
    "pass %s",
    async (file, args, words) => {
      const { stdout } = await run(python, ["-B", join(import.meta.dirname, file), ...args], { maxBuffer: 1e8 });
      expect(stdout).toContain(words);
    },
    600_000,
  );
});
