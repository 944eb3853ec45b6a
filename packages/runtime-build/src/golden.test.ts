import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { lines, loadRuntime, loadSpatialite, lockedVersions } from "@datasette-publish/runtime";
import { expect, it } from "vitest";
import { readGolden } from "./golden.ts";
import { architectures, readLock, readSpatialiteLock } from "./lock-file.ts";

const built = architectures.flatMap((architecture) => lines.map((line) => ({ architecture, line })));

it.each(architectures)("the layer of SpatiaLite for %s is that of the lock files, byte for byte", async (architecture) => {
  const { layer } = await loadSpatialite({ os: "linux", architecture });
  const { sha256 } = await readSpatialiteLock();
  expect((await readGolden(sha256))[architecture]).toEqual([layer.descriptor.digest]);
});

it.each(built)("the layers of $line for $architecture are those of the lock files, byte for byte", async ({ architecture, line }) => {
  const { layers } = await loadRuntime({ os: "linux", architecture }, line);
  const digests = layers.map(
    async ({ path }) =>
      `sha256:${createHash("sha256")
        .update(await readFile(path))
        .digest("hex")}`,
  );
  expect(await Promise.all(digests)).toEqual((await readGolden((await readLock(line)).sha256))[architecture]);
});

it.each(lines)("the version of %s that users can ask for is the one that is locked", async (line) => {
  expect((await readLock(line)).datasette.datasetteVersion).toBe(lockedVersions[line].version);
});
