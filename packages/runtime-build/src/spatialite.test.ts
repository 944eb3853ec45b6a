import { buffer } from "node:stream/consumers";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImageFile, Layer } from "@datasette-publish/core";
import { unpackLayer } from "@datasette-publish/core/oci";
import { closeOverLibraries } from "@datasette-publish/plugins";
import { loadRuntime } from "@datasette-publish/runtime";
import { unpackTar } from "modern-tar";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readGolden } from "./golden.ts";
import { architectures, readSpatialiteLock } from "./lock-file.ts";
import { libraryDirs } from "./slice.ts";
import { buildSpatialite, type BuiltSpatialite } from "./spatialite.ts";

const ctx = { report: () => {} };

async function filesOf(layer: Layer): Promise<Map<string, ImageFile>> {
  const entries = await unpackTar(await buffer(unpackLayer(layer)));
  return new Map(
    entries.flatMap(({ header: { name, type, linkname: linkName, mode = 0 }, data }): [string, ImageFile][] => {
      if (type === "directory") return [];
      return [
        [name, type === "symlink" ? { name, mode, type, linkName: linkName ?? "" } : { name, mode, source: data ?? new Uint8Array() }],
      ];
    }),
  );
}

describe.each(architectures)("the layer of SpatiaLite for %s", (architecture) => {
  const platform = { os: "linux", architecture } as const;
  let dir: string;
  let built: BuiltSpatialite;
  let files: Map<string, ImageFile>;
  let system: Map<string, ImageFile>;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "spatialite-test-"));
    built = await buildSpatialite(platform, ctx, join(dir, "layer"));
    files = await filesOf(built.layer);
    system = await filesOf((await loadRuntime(platform)).layers[0]!);
  });
  afterAll(() => rm(dir, { recursive: true }));

  it("has the digest that every machine gets, a second time too", async () => {
    const { sha256 } = await readSpatialiteLock();
    expect((await readGolden(sha256))[architecture]).toEqual([built.layer.descriptor.digest]);
    const again = await buildSpatialite(platform, ctx, join(dir, "again"));
    expect(again.layer.descriptor).toEqual(built.layer.descriptor);
    expect(again.layer.diffId).toBe(built.layer.diffId);
  });

  it("is found again, and not once it is damaged", async () => {
    const { path } = built.layer;
    const { ctimeMs } = await stat(path);
    expect((await buildSpatialite(platform, ctx, join(dir, "layer"))).layer.path).toBe(path);
    expect((await stat(path)).ctimeMs).toBe(ctimeMs);
    await writeFile(path, "damaged");
    expect((await buildSpatialite(platform, ctx, join(dir, "layer"))).layer.descriptor).toEqual(built.layer.descriptor);
    expect((await stat(path)).size).toBe(built.layer.descriptor.size);
  });

  it("has every library that it needs and the system does not have, and nothing that the system has", () => {
    const module = `${libraryDirs[architecture][0]}/mod_spatialite.so`;
    const closed = closeOverLibraries([module], new Map([...system, ...files]), libraryDirs[architecture]);
    const libraries = [...files.keys()].filter((name) => name.startsWith("usr/lib/"));
    expect(libraries.filter((name) => !closed.has(name))).toEqual([]);
    expect(libraries.length).toBeGreaterThan(60);
    expect([...files.keys()].filter((name) => system.has(name))).toEqual([]);
  });

  it("keeps within its budget", () => {
    expect(built.layer.unpackedSizeBytes).toBeLessThan(47_000_000);
    expect(built.layer.descriptor.size).toBeLessThan(16_000_000);
  });

  it("has PROJ's database, and of each locked package its licence and its record", async () => {
    const { spatialite } = await readSpatialiteLock();
    const names = spatialite.debs[architecture].map(({ name }) => name);
    expect([...files.keys()].filter((name) => name.startsWith("usr/share/proj/"))).toEqual(["usr/share/proj/proj.db"]);
    expect(names.filter((name) => !files.has(`var/lib/dpkg/status.d/${name}`))).toEqual([]);
    // Of the same source as `gcc-14-base`, which has its licence.
    expect(names.filter((name) => !files.has(`usr/share/doc/${name}/copyright`))).toEqual(["libstdc++6"]);
    const others = [...files.keys()].filter((name) => !/^usr\/(lib|share\/(proj|doc)\/)|^var\/lib\/dpkg\/status\.d\//.test(name));
    expect(others).toEqual([]);
  });
});
