import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "kept-answers-test-"));
});
afterAll(() => rm(dir, { recursive: true }));

// What is tested, and against what, is in the file itself: Python, as what it tests.
test.each([
  ["0.65.5", 1000],
  ["1.0a41", 100],
])(
  "kept answers of Datasette %s are its fresh ones, in %i random orders of requests",
  async (version, orders) => {
    const venv = join(dir, version);
    await run("python3", ["-m", "venv", venv]);
    await run(join(venv, "bin/pip"), ["install", "-q", `datasette==${version}`]);
    const file = join(import.meta.dirname, "kept_answers/kept_answers_test.py");
    const { stdout } = await run(join(venv, "bin/python"), ["-B", file, String(orders)], { maxBuffer: 1e8 });
    expect(stdout).toContain(`${orders} orders`);
  },
  600_000,
);
