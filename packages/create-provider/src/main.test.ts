import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const main = fileURLToPath(new URL("main.ts", import.meta.url));

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "create-main-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

function create(...args: string[]) {
  return spawnSync(process.execPath, ["--conditions=source", main, ...args], { cwd: dir, encoding: "utf8" });
}

describe("npm create datasette-publish-provider", () => {
  it("makes the folder and says where", () => {
    const { status, stdout } = create("my-host");
    expect(status).toBe(0);
    expect(stdout).toContain(join(dir, "my-host"));
    expect(existsSync(join(dir, "my-host", "package.json"))).toBe(true);
  });

  it("explains itself", () => {
    const { status, stdout } = create("--help");
    expect([status, stdout.includes("npm create datasette-publish-provider my-host")]).toEqual([0, true]);
  });

  it.each([[[]], [["one", "two"]], [["--wrong"]], [["Not-A-Name"]]])("refuses %j with status 2, and writes nothing", (args) => {
    const { status, stdout, stderr } = create(...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^error: .+\nhint: .+\n$/);
    expect(existsSync(join(dir, "Not-A-Name"))).toBe(false);
  });
});
