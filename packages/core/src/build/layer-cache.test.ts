import { mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeLayer, type LayerFile } from "../oci/layer.ts";
import { layerKey, openLayerCache } from "./layer-cache.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "layer-cache-test-"));
});
afterEach(() => rm(dir, { recursive: true }));

const key = layerKey("database", "name");
const kept = () => join(dir, "kept");
const cache = (maxBytes?: number) => openLayerCache(kept(), maxBytes);

function layerOf(text: string): Promise<LayerFile> {
  const file = { name: "data/data.db", mode: 0o444, source: Buffer.from(text) };
  return writeLayer([file], join(dir, "made"), `database ${text}`, { report: () => {} });
}

/** Keeps a layer as if it had been so many seconds ago. */
async function keepBefore(seconds: number, name: string): Promise<LayerFile> {
  const layer = await layerOf(name);
  await cache().keep(layerKey(name), layer);
  const then = new Date(Date.now() - seconds * 1000);
  for (const file of [`${layerKey(name)}.json`, layer.path.slice(layer.path.lastIndexOf("/"))])
    await utimes(join(kept(), file), then, then);
  return layer;
}

test("gives a layer back, whatever becomes of the folder it was made in, and of its own", async () => {
  const layer = await layerOf("one");
  expect(await cache().take(key, join(dir, "work"))).toBeNull();
  await cache().keep(key, layer);
  const bytes = await readFile(layer.path);
  await rm(join(dir, "made"), { recursive: true });
  const taken = await cache().take(key, join(dir, "work"));
  await rm(kept(), { recursive: true });
  expect({ ...taken, open: undefined, path: "" }).toEqual({ ...layer, open: undefined, path: "" });
  expect((await readFile(taken!.path)).equals(bytes)).toBe(true);
});

test("a key names all that the bytes depend on, and where one part ends", () => {
  expect(layerKey("ab", "c")).not.toBe(layerKey("a", "bc"));
});

test("nobody else may read what it keeps", async () => {
  await cache().keep(key, await layerOf("one"));
  expect((await stat(kept())).mode & 0o777).toBe(0o700);
});

test.each([
  ["a blob", (name: string) => name.endsWith(".gz")],
  ["a description", (name: string) => name.endsWith(".json")],
])("notices that %s was damaged, and makes it anew", async (_, isDamaged) => {
  const layer = await layerOf("one");
  await cache().keep(key, layer);
  for (const name of (await readdir(kept())).filter(isDamaged)) {
    const bytes = await readFile(join(kept(), name));
    bytes[20]! ^= 1;
    await rm(join(kept(), name));
    await writeFile(join(kept(), name), bytes);
  }
  expect(await cache().take(key, join(dir, "work"))).toBeNull();
  await cache().keep(key, layer);
  expect(await cache().take(key, join(dir, "work"))).toMatchObject({ diffId: layer.diffId });
});

test("a blob that is gone, and a folder that cannot be read, are as if nothing were kept", async () => {
  const layer = await layerOf("one");
  await cache().keep(key, layer);
  for (const name of await readdir(kept())) if (name.endsWith(".gz")) await rm(join(kept(), name));
  expect(await cache().take(key, join(dir, "work"))).toBeNull();
  await writeFile(join(dir, "file"), "");
  expect(await openLayerCache(join(dir, "file")).take(key, join(dir, "work"))).toBeNull();
});

test("removes what was used longest ago when it is full", async () => {
  for (const [seconds, name] of [
    [300, "used again"],
    [200, "oldest"],
    [100, "younger"],
  ] as const)
    await keepBefore(seconds, name);
  await cache().take(layerKey("used again"), join(dir, "work"));
  const layer = await layerOf("new");
  const sizes = await Promise.all((await readdir(kept())).map(async (name) => (await stat(join(kept(), name))).size));
  await cache(sizes.reduce((sum, size) => sum + size, 0)).keep(layerKey("new"), layer);
  const names = ["used again", "oldest", "younger", "new"];
  const taken = await Promise.all(names.map((name) => cache().take(layerKey(name), join(dir, "work"))));
  expect(taken.map((each) => each !== null)).toEqual([true, false, true, true]);
});

test("keeps nothing that is larger than all it may keep", async () => {
  await cache(10).keep(key, await layerOf("one"));
  expect(await readdir(kept())).toEqual([]);
});

test("processes share it: what one removes, the other has", async () => {
  const layer = await layerOf("one");
  await Promise.all([cache().keep(key, layer), cache().keep(key, layer)]);
  const taken = await cache().take(key, join(dir, "work"));
  await cache(10).keep(layerKey("two"), layer);
  await rm(kept(), { recursive: true });
  expect((await readFile(taken!.path)).length).toBe(layer.descriptor.size);
});

test("stops when it is told to", async () => {
  await cache().keep(key, await layerOf("one"));
  await expect(cache().take(key, join(dir, "work"), AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
});
