import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { loadRuntime } from "@datasette-publish/runtime";
import { expect, it } from "vitest";
import { readGolden } from "./golden.ts";
import { architectures, readLock } from "./lock-file.ts";

it.each(architectures)("the layers that are ready made for %s are those of the lock file, byte for byte", async (architecture) => {
  const { layers } = await loadRuntime({ os: "linux", architecture });
  const digests = layers.map(
    async ({ path }) =>
      `sha256:${createHash("sha256")
        .update(await readFile(path))
        .digest("hex")}`,
  );
  expect(await Promise.all(digests)).toEqual((await readGolden((await readLock()).sha256))[architecture]);
});
