import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { contractTimeoutMs as timeout } from "./contract-scene.ts";
import type { ContractSetup } from "./contract-setup.ts";

/** What a module prints when it is imported stands in front of the output of every command, and `--json` is no JSON any more. */
export function describesImport({ entry }: ContractSetup): void {
  const left = entry === undefined ? ": left out, give `entry`, the URL of its module" : "";
  it.skipIf(entry === undefined)(`prints nothing when it is imported${left}`, { timeout }, async () => {
    const script = `await import(${JSON.stringify(entry)})`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);
    expect(stdout, "the module writes to standard output").toBe("");
  });
}
