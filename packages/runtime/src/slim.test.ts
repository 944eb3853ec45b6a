import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { siteLayerPrefix, writeLayer, type LayerFile } from "@datasette-publish/core";
import { readTar, unpackLayer } from "@datasette-publish/core/oci";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { LoadedRuntime } from "./load.ts";
import { slimRuntime } from "./slim.ts";

const ctx = { report: () => {} };
const file = (name: string, text = name) => ({ name, mode: 0o644, source: Buffer.from(text) });
const part = (name: string, files: readonly string[], isCut = false, needs: readonly string[] = []) => ({ name, files, needs, isCut });
let dir: string;
let runtime: LoadedRuntime;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "slim-test-"));
  const system = [
    file("usr/lib/a.pyc"),
    file("usr/lib/bz2.pyc"),
    file("usr/lib/libbz2.so.1"),
    file("usr/lib/xml/dom.pyc"),
    file("usr/lib/xml/__init__.pyc"),
    { name: "tmp", mode: 0o1777, type: "directory" as const },
    { name: "lib", mode: 0o777, type: "symlink" as const, linkName: "usr/lib" },
  ];
  const layers = [
    await writeLayer(system, dir, "system", ctx),
    await writeLayer([file("app/launch.pyc"), file("dist/hupper.pyc")], dir, "Datasette", ctx),
  ];
  const slim = [
    part("bz2", ["usr/lib/bz2.pyc"], false, ["libbz2.so.1"]),
    part("hupper", ["dist/hupper.pyc"], true),
    part("libbz2.so.1", ["usr/lib/libbz2.so.1"]),
    part("xml", ["usr/lib/xml/__init__.pyc"]),
    part("xml.dom", ["usr/lib/xml/dom.pyc"]),
  ];
  const about = { entrypoint: [], env: [], user: "1:1", datasetteVersion: "0.65.5", pythonVersion: "3.13.5", lockedAt: "", lockSha256: "" };
  runtime = { platform: { os: "linux", architecture: "amd64" }, layers, slim, ...about };
});
afterAll(() => rm(dir, { recursive: true }));

async function textsIn(layers: readonly LayerFile[]): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const layer of layers)
    for await (const { name, typeFlag, linkName, body } of readTar(unpackLayer(layer)))
      texts[name] = typeFlag === "2" ? linkName : (await buffer(body())).toString();
  return texts;
}
const kept = async (own: LoadedRuntime, plugins: Record<string, string> = {}) => {
  const options = {
    plugins: Object.entries(plugins).map(([name, text]) => ({ name, source: Buffer.from(text) })),
    workDir: dir,
    cacheDir: join(dir, "cache"),
  };
  return (await slimRuntime(own, options, ctx)).layers;
};

test("a site without plugins has none of the parts, and the list of them", async () => {
  const layers = await kept(runtime);
  expect(await textsIn(layers)).toMatchObject({
    "usr/lib/a.pyc": "usr/lib/a.pyc",
    tmp: "",
    lib: "usr/lib",
    "app/launch.pyc": "app/launch.pyc",
  });
  const names = Object.keys(await textsIn(layers)).filter((name) => /bz2|hupper|xml/.test(name));
  expect(names).toEqual([]);
  expect((await textsIn(layers))["app/left_out.txt"]).toBe("bz2\nhupper\nlibbz2.so.1\nxml\nxml.dom\n");
  expect(layers.map(({ createdBy }) => createdBy)).toEqual(["system, slim", "Datasette, slim"]);
});

test("the same bytes each time, from the cache too", async () => {
  const [first, again] = [await kept(runtime), await kept(runtime)];
  const elsewhere = (await slimRuntime(runtime, { plugins: [], workDir: join(dir, "other"), cacheDir: undefined }, ctx)).layers;
  for (const layers of [again, elsewhere])
    expect(layers.map(({ descriptor }) => descriptor)).toEqual(first.map(({ descriptor }) => descriptor));
});

test("a plugin keeps what it names, with what that needs, and all that a cut leaves out", async () => {
  const texts = await textsIn(await kept(runtime, { "hello.py": "import bz2" }));
  expect(Object.keys(texts).filter((name) => /bz2|hupper|xml/.test(name))).toEqual([
    "usr/lib/bz2.pyc",
    "usr/lib/libbz2.so.1",
    "dist/hupper.pyc",
  ]);
  expect(texts["app/left_out.txt"]).toBe("xml\nxml.dom\n");
});

test("an installed plugin does, and its layer is as it was", async () => {
  const plugin = await writeLayer([file("usr/local/p.pyc", "\xda\x07xml.dom")], dir, `${siteLayerPrefix}plugins p`, ctx);
  const layers = await kept({ ...runtime, layers: [...runtime.layers, plugin] });
  expect(layers.at(-1)).toEqual(plugin);
  expect((await textsIn(layers))["app/left_out.txt"]).toBe("bz2\nlibbz2.so.1\n");
});
