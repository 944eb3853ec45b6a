import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeArchive } from "./archive.ts";
import { canonicalJson } from "./canonical-json.ts";
import { digestOf } from "./digest.ts";
import { writeLayer } from "./layer.ts";
import { writeLayout } from "./layout.ts";
import { ociManifest } from "./manifest.ts";
import type { Image } from "./types.ts";

const dir = await mkdtemp(join(tmpdir(), "full-disk-"));
const small = join(dir, "small");
await mkdir(small);
const isMounted = spawnSync("/bin/mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", small]).status === 0;
const ctx = { report: () => {} };
const files = [{ name: "data/x", mode: 0o644, source: crypto.getRandomValues(Buffer.alloc(65_536)) }];
let image: Image;

beforeAll(async () => {
  const layers = [await writeLayer([...files, { ...files[0]!, name: "data/y" }], join(dir, "layers"), "data", ctx)];
  const config = canonicalJson({
    architecture: "amd64",
    os: "linux",
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
  });
  const { bytes: manifest, digest: manifestDigest, mediaType } = ociManifest(config, layers);
  const platform = { os: "linux", architecture: "amd64" };
  image = { platform, layers, config, configDigest: digestOf(config), manifest, mediaType, manifestDigest };
});
afterAll(async () => {
  if (isMounted) execFileSync("/bin/umount", [small]);
  await rm(dir, { recursive: true });
});

describe.skipIf(!isMounted)("the disk that is full is named, which is that of the output, and nothing is left on it", () => {
  test.each<[string, () => Promise<unknown>]>([
    ["an archive", () => writeArchive(image, join(small, "site.tar"), "site:1")],
    ["a layout", () => writeLayout([image], join(small, "site"), "site:1")],
    ["a layer", () => writeLayer(files, small, "data", ctx)],
  ])("%s", async (_, write) => {
    const error = (await write().catch((reason: unknown) => reason)) as Error;
    expect(error).toMatchObject({ code: "DISK_FULL", remedies: [{ text: "Free some space there, or write to a larger disk." }] });
    expect(error.message).toContain(`The disk of ${small}`);
    expect(await readdir(small)).toEqual([]);
  });
});
