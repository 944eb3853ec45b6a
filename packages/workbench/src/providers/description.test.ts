import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { paperSource, writePackage } from "./paper.test-support.ts";
import { describePackage } from "./description.ts";

let dir: string;
beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), "describe-"))));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const limitMs = 1500;
const describeSource = (source: string, signal?: AbortSignal) =>
  describePackage(writePackage(join(dir, "package"), source), { env: process.env, limitMs, signal });

test.each([
  ["needs a module that is missing", `import "not-there";`, /not-there/],
  ["throws", `throw new Error("boom");`, /boom/],
  ["exits", "process.exit(0);", /exit status 0/],
  ["never finishes loading", "await new Promise(() => {});", /finish/],
  ["waits for what does not come", "setInterval(() => {}, 1e6); await new Promise(() => {});", /finish/],
  ["ends in a loop", "for (;;);", /finish/],
  ["cannot be described", `const provider = {}; provider.self = provider; export { provider as default };`, /cannot be imported/],
])("that a package %s is its fault, and no more", async (_, source, fault) => {
  expect((await describeSource(source))?.fault).toMatch(fault);
});

test("a package that prints, and goes on with something else, is described all the same", async () => {
  const printing = `console.log("loud"); process.stderr.write("loud"); setInterval(() => console.log("on"), 1);`;
  expect(await describeSource(printing + paperSource)).toMatchObject({
    package: { name: "provider-paper" },
    provider: { name: "paper", status: { $function: true }, names: { pattern: { $pattern: ["^[a-z][a-z0-9-]*$", ""] } } },
  });
});

test("a provider that is of a class has the members of the class", async () => {
  const source = `class Host { name = "host"; status() {} } export default new (class extends Host { logs() {} })();`;
  expect((await describeSource(source))?.provider).toEqual({ name: "host", status: { $function: true }, logs: { $function: true } });
});

test("describing is cancelled with its signal", async () => {
  await expect(describeSource("for (;;);", AbortSignal.timeout(200))).rejects.toMatchObject({ name: "TimeoutError" });
});
