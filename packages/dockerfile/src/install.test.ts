import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { digestOf } from "@datasette-publish/core/oci";
import { writeWheel } from "@datasette-publish/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const pythonDir = join(import.meta.dirname, "..", "python");
let dir: string;
let wheel: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "install-test-"));
  await mkdir(join(dir, "wheels"));
  const files = {
    "pets/__init__.py": "NAME = 'Rex'\n",
    "pets/template.py": "{% if %}\n",
    "pets/fast.c": "int main;",
    "pets/fast.pxd": "cdef",
    "pets/fast.pyd": "dll",
    "pets/tests/test_pets.py": "assert True\n",
    "pets/__pycache__/old.cpython-313.pyc": "old",
    "pets/data.json": "{}",
    "pets-1.0.data/purelib/more.py": "x = 1\n",
    "pets-1.0.data/scripts/pets": "#!python",
  };
  wheel = await writeWheel(join(dir, "wheels"), { name: "pets", version: "1.0", files });
});
afterEach(() => rm(dir, { recursive: true }));

/** Runs a function of install.py with the folders of this test. */
async function run(call: string): Promise<string> {
  const script = `import sys; sys.path.insert(0, ${JSON.stringify(pythonDir)}); import install\ninstall.BUILD = ${JSON.stringify(dir)}\n${call}`;
  const { stdout } = await promisify(execFile)("python3", ["-B", "-c", script]);
  return stdout;
}

async function lockAs(sha256: string): Promise<void> {
  await writeFile(join(dir, "requirements.txt"), `# Wheels\npets==1.0 \\\n    --hash=sha256:${sha256}\n`);
}

async function install(): Promise<string[]> {
  const out = join(dir, "out");
  await run(`install.install_wheels(${JSON.stringify(out)}); install.compile_folder(${JSON.stringify(out)}, "/app")`);
  return (await readdir(out, { recursive: true, withFileTypes: true }))
    .filter((each) => each.isFile())
    .map(({ name }) => name)
    .sort();
}

describe("install.py", () => {
  test("keeps bytecode and data, and nothing that does not serve", async () => {
    await lockAs(digestOf(await readFile(wheel)).slice("sha256:".length));
    const names = await install();
    expect(names.filter((name) => !/^(METADATA|entry_points.txt)$/.test(name))).toEqual([
      "__init__.pyc",
      "data.json",
      "more.pyc",
      "template.py",
    ]);
    const bytecode = await readFile(join(dir, "out/pets/__init__.pyc"), "latin1");
    expect(bytecode).toContain("/app/pets/__init__.py");
    expect(bytecode).not.toContain(dir);
  });

  test("ends the build for a wheel that is not the locked one", async () => {
    await lockAs("0".repeat(64));
    await expect(install()).rejects.toThrow(/pets-1.0.* is not the file that requirements.txt names/);
  });

  test("takes a wheel that was built from source, and no other that is in no lock", async () => {
    await writeFile(join(dir, "requirements.txt"), "");
    await expect(install()).rejects.toThrow(/is not the file that requirements.txt names/);
    await writeFile(join(dir, "sources.txt"), "/build/sources/0/pets\n");
    expect(await install()).toContain("__init__.pyc");
  });

  test("leaves out pip and setuptools", async () => {
    await writeFile(join(dir, "requirements.txt"), "");
    await writeFile(join(dir, "sources.txt"), "");
    for (const name of ["pip", "setuptools"])
      await writeWheel(join(dir, "wheels"), { name, version: "1", files: { [`${name}/main.py`]: "" } });
    expect(await install()).not.toContain("main.pyc");
  });

  test("ends the build on another Python than the folder was made for", async () => {
    await expect(run('install.main("2.7")')).rejects.toThrow(/The base has Python 3\.\d+, and this folder is made for 2.7/);
  });
});
