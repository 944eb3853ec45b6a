import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { takenNames } from "../taken-names.ts";
import { installProvider } from "@datasette-publish/workbench/providers";
import { paperSource, writePackage } from "../../../../packages/workbench/src/providers/paper.test-support.ts";
import { makeScene, type Scene } from "../scene.test-support.ts";

let scene: Scene;
beforeAll(() => void (scene = makeScene()));
afterAll(() => scene.remove());
const run = (...args: string[]) => {
  const { status, stdout, stderr } = scene.publish([...args, "--json"]);
  return { status, stderr, result: JSON.parse(stdout) };
};

test("a provider is installed, used, listed and removed", () => {
  const folder = writePackage(join(scene.dir, "paper"), paperSource);
  expect(run("providers", "install", "./paper")).toMatchObject({ status: 0, result: { name: "paper", version: "1.0.0" } });
  const help = scene.publish(["paper", "--help"]).stdout;
  expect(help).toContain("--sheet");
  expect(help).toContain("publish rollback paper");
  const { result } = run("providers");
  const { folder: where, verbs } = result.providers.find(({ name }: { name: string }) => name === "paper");
  expect(verbs).toEqual(["status", "open", "logs", "rollback", "unpublish", "list", "login", "logout"]);
  expect(where).not.toBe(folder);
  expect(where.startsWith(join(scene.dir, "data", "datasette-publish", "providers"))).toBe(true);
  expect(scene.publish(["providers", "remove", "paper"]).stdout).toBe("Provider paper is removed.\n");
  expect(run("paper", "pets")).toMatchObject({ status: 2, result: { error: { code: "PROVIDER_NOT_INSTALLED" } } });
  expect(run("status", "paper")).toMatchObject({ status: 2, result: { error: { facts: { package: "provider-paper" } } } });
});

/** A provider that does `code` in the process that publishes, and not when it is installed. */
const odd = (code: string, inStatus = "return null;") =>
  `if (process.env.ODD) { ${code} }
  export default { interface: 1, name: "odd", title: "Odd", description: "Odd", options: {}, accepts: { images: { platforms: [] } },
    check() {}, rollout() {}, async status() { ${inStatus} } };`;

/** Installs it, and runs a command. */
const publish = async (source: string, ...args: readonly string[]) => {
  const folder = writePackage(join(scene.dir, "odd"), source, { name: "odd" });
  await installProvider({ source: folder, taken: takenNames, env: scene.env }, { report: () => {} });
  return scene.publish([...args, "--json"], { env: { ODD: "1" } });
};

describe("a provider that misbehaves once it is installed", () => {
  test("prints to stderr only, so that --json is JSON", async () => {
    const print = `console.log("loud"); process.stdout.write("loud");`;
    const found = `return { name: "a", url: null, state: "running", releases: [], facts: {} };`;
    const { stdout, stderr, status } = await publish(odd(print, print + found), "status", "odd", "pets");
    expect(JSON.parse(stdout)).toMatchObject({ state: "running" });
    expect(stderr).toContain("loud");
    expect(status).toBe(0);
  });

  test.each([
    ["exits at import", odd("process.exit(0);")],
    ["exits in a verb", odd("", "setTimeout(() => process.exit(0)); await new Promise(() => {});")],
    ["never comes to an end", odd("", "await new Promise(() => {});")],
    ["throws where nobody waits", odd("", "setTimeout(() => { throw new Error('stray'); }); await new Promise(() => {});")],
  ])("%s: nothing is done, and it is said whose fault it is", async (_, source) => {
    const { stdout, status } = await publish(source, "status", "odd", "pets");
    expect(JSON.parse(stdout).error).toMatchObject({ code: "PROVIDER_INVALID", facts: { package: "odd", version: "1.0.0" } });
    expect(status).toBe(70);
  });

  test("harms no command that does not need it", async () => {
    const { stdout, status } = await publish(odd("process.exit(0);"), "providers");
    expect(JSON.parse(stdout).providers).toContainEqual(expect.objectContaining({ name: "odd", package: "odd" }));
    expect(status).toBe(0);
    expect(scene.publish(["providers", "remove", "odd"], { env: { ODD: "1" } }).stdout).toBe("Provider odd is removed.\n");
  });
});

test("a newer interface says what to upgrade", () => {
  writePackage(join(scene.dir, "future"), paperSource.replace("interface: 1", "interface: 99"));
  expect(run("providers", "install", "./future")).toMatchObject({
    status: 4,
    result: { error: { code: "PROVIDER_INCOMPATIBLE", facts: { wanted: 99 } } },
  });
});

test.each([
  [["providers", "remove", "nobody"], "PROVIDER_NOT_INSTALLED"],
  [["providers", "remove", "docker"], "PROVIDER_NOT_INSTALLED"],
  [["providers", "install"], "COMMAND_INVALID"],
  [["providers", "install", "./none"], "INPUT_NOT_FOUND"],
])("%j fails with %s", (args, code) => {
  expect(run(...args)).toMatchObject({ status: 2, result: { error: { code } } });
});

test("built-in providers are listed with what they accept", () => {
  const { result } = run("providers");
  expect(result.providers).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: "docker", folder: null, platforms: ["linux/amd64", "linux/arm64"], login: null }),
    ]),
  );
});
