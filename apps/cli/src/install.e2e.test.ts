import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { freePort, realPart } from "@datasette-publish/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeScene, type Scene } from "./scene.test-support.ts";

const plugins = [
  "datasette-block-robots",
  "datasette-cluster-map",
  "datasette-template-sql",
  "datasette-jellyfish",
  "datasette-sqlite-vec",
];
const tag = `install-${process.pid}:test`;
const install = plugins.flatMap((plugin) => ["--install", plugin]);

let scene: Scene;
beforeAll(() => void (scene = makeScene()));
afterAll(() => scene.remove());
const publish = (...args: readonly string[]) => {
  const { status, stdout, stderr } = scene.publish([
    "docker",
    "pets",
    "--archive",
    "site.tar",
    "--tag",
    tag,
    "--platform",
    "linux/amd64",
    "--json",
    ...args,
  ]);
  expect(status, stderr).toBe(0);
  return { stderr, result: JSON.parse(stdout) };
};
const state = () => JSON.parse(readFileSync(join(scene.dir, "pets", ".datasette-publish.json"), "utf8"));

test.skipIf(!realPart("docker"))(
  "plugins of --install run in the preview and in the image, which is the same again without an index",
  { timeout: 300_000 },
  async () => {
    const { result, stderr } = publish(...install);
    expect(result.plugins).toEqual(expect.arrayContaining(plugins.map((plugin) => expect.stringMatching(`^${plugin} `) as string)));
    expect(
      result.warnings.map(({ code, facts }: { code: string; facts: { plugin?: string } }) => [code, facts.plugin]),
      stderr,
    ).toEqual(expect.arrayContaining([["PLUGIN_LEFT_OUT", "datasette-jellyfish"]]));
    expect(Object.keys(state().plugins.pets.wheels).sort()).toEqual(["linux/amd64", "preview"]);

    const { result: again } = publish(...install, "--no-check");
    expect(again.images[0].manifestDigest).toBe(result.images[0].manifestDigest);
    expect(publish("--no-check").result.images[0].manifestDigest).not.toBe(result.images[0].manifestDigest);

    publish(...install, "--no-check");
    execFileSync("docker", ["load", "-i", join(scene.dir, "site.tar")]);
    const port = await freePort();
    const options = ["--detach", "--rm", "--read-only", "--tmpfs", "/tmp", "-p", `127.0.0.1:${port}:8006`];
    const container = execFileSync("docker", ["run", ...options, tag], { encoding: "utf8" }).trim();
    try {
      const get = async (path: string) => await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
      await expect.poll(() => get("/-/plugins.json").catch(() => ""), { timeout: 30_000 }).toContain("datasette-cluster-map");
      expect(await get("/robots.txt")).toContain("Disallow");
      expect(await get("/data.json?sql=select+levenshtein_distance('a','abc')&_shape=arrayfirst")).toBe("[2]");
      expect(await get("/data.json?sql=select+vec_version()&_shape=arrayfirst")).toMatch(/^\["v/);
    } finally {
      execFileSync("docker", ["rm", "--force", container]);
      execFileSync("docker", ["image", "rm", "--force", tag]);
    }
  },
);

test("a plan lists what is installed, and keeps nothing", { timeout: 120_000 }, () => {
  rmSync(join(scene.dir, "pets", ".datasette-publish.json"), { force: true });
  const { result } = publish("--install", "datasette-block-robots", "--dry-run", "--no-check");
  expect(result.plugins).toEqual([expect.stringMatching(/^datasette-block-robots \d/)]);
  expect(state).toThrow("ENOENT");
});

test.each([
  ["no-such-plugin-of-datasette", "PLUGIN_UNRESOLVABLE"],
  ["datasette>=1.0a1", "PLUGIN_UNRESOLVABLE"],
  ["git+https://example.org/plugin", "OPTION_INVALID"],
])("--install %s is %s", { timeout: 120_000 }, (requirement, code) => {
  const { stdout, status } = scene.publish(["docker", "pets", "--archive", "site.tar", "--no-check", "--install", requirement, "--json"]);
  expect(JSON.parse(stdout).error).toMatchObject({ code });
  expect(status).toBe(2);
});
