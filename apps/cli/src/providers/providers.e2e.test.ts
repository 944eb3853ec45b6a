import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeScene, paperSource, writePackage, type Scene } from "../scene.test-support.ts";

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
  expect(run("paper", "pets")).toMatchObject({ status: 2, result: { error: { code: "COMMAND_INVALID" } } });
});

test("a newer interface says what to upgrade", () => {
  writePackage(join(scene.dir, "future"), paperSource.replace("interface: 2", "interface: 99"));
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
    expect.arrayContaining([expect.objectContaining({ name: "docker", folder: null, platforms: ["amd64", "arm64"], login: null })]),
  );
});
