import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { describe, expect, it } from "vitest";
import { packPackages } from "./outsider/packages.ts";

const dir = await mkdtemp(join(tmpdir(), "packed-"));
const packages = await packPackages(dir).finally(() => rm(dir, { recursive: true }));

describe("packages as they are published", () => {
  it.each(packages.map((packed) => [packed.manifest.name, packed] as const))(
    "%s has all that its package.json names",
    async (_, packed) => {
      const { buffer, byteOffset, byteLength } = packed.tarball;
      const tarball = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
      const { messages } = await publint({ pack: { tarball }, level: "suggestion" });
      expect(messages).toEqual([]);
      expect(JSON.stringify(packed.manifest)).not.toMatch(/"(workspace|catalog):/);
    },
  );
});
