import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { archiveStream, writeArchive } from "./archive.ts";
import { canonicalJson } from "./canonical-json.ts";
import { bytesContent } from "./content.ts";
import { digestOf } from "./digest.ts";
import { writeLayer } from "./layer.ts";
import { writeLayout } from "./layout.ts";
import { dockerManifest, ociManifest } from "./manifest.ts";
import { mediaTypes } from "./media-types.ts";
import { readArchive, readArchiveStream } from "./read-archive.ts";
import { readLayout } from "./read-layout.ts";
import { layerOf } from "./read-image.ts";
import { writeTar } from "./tar.ts";
import type { Image, Layer } from "./types.ts";
import { unpackLayer } from "./unpack.ts";
import { validateImage } from "./validate.ts";

const ctx = { report: () => {} };
let dir: string;
let amd64: Image;
let arm64: Image;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "read-test-"));
  const layer = (text: string) => writeLayer([{ name: "data/x", mode: 0o644, source: Buffer.from(text) }], join(dir, "layers"), text, ctx);
  const shared = await layer("shared");
  [amd64, arm64] = [imageOf("amd64", [shared, await layer("amd64")]), imageOf("arm64", [shared, await layer("arm64")])];
});
afterAll(() => rm(dir, { recursive: true }));

function imageOf(architecture: string, layers: readonly Layer[]): Image {
  const config = canonicalJson({
    architecture,
    os: "linux",
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
    history: [{ created_by: "an ENV", empty_layer: true }, ...layers.map(({ createdBy }) => ({ created_by: createdBy }))],
  });
  const { bytes, digest, mediaType } = ociManifest(config, layers);
  return {
    platform: { os: "linux", architecture },
    layers,
    config,
    configDigest: digestOf(config),
    manifest: bytes,
    mediaType,
    manifestDigest: digest,
  };
}

/** All that names an image's bytes. */
const digestsOf = ({ layers, configDigest, manifestDigest }: Image) => ({
  configDigest,
  manifestDigest,
  layers: layers.map(({ descriptor, diffId, createdBy }) => ({ descriptor, diffId, createdBy })),
});

/** What an image is, once all that it says of itself was found true. */
async function checked(image: Image): Promise<object> {
  await validateImage(image);
  return { platform: image.platform, ...digestsOf(image) };
}

describe("what we write is read back", () => {
  test.each([undefined, "parks:1", "docker.io/library/parks:1", "1"])("from an archive, by the name %s", async (reference) => {
    const file = join(dir, "parks.tar");
    await writeArchive(amd64, file, "parks:1");
    expect(await checked(await readArchive(file, reference === undefined ? {} : { reference }))).toEqual(await checked(amd64));
  });

  test.each<[string, (bytes: Buffer) => Uint8Array]>([
    ["gzip", gzipSync],
    ["zstd", zstdCompressSync],
  ])("from an archive in %s, unpacked", async (name, pack) => {
    const file = join(dir, `packed.${name}`);
    await writeFile(file, pack(await buffer(archiveStream(amd64, "parks:1"))));
    expect(await checked(await readArchive(file, { workDir: join(dir, "work") }))).toEqual(await checked(amd64));
    await expect(readArchive(file)).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
  });

  test("from a stream, such as an engine's", async () => {
    expect(await checked(await readArchiveStream(archiveStream(amd64, "parks:1"), join(dir, "work")))).toEqual(await checked(amd64));
  });

  test("from a layout, by platform", async () => {
    await writeLayout([amd64, arm64], join(dir, "layout"), "parks:1");
    expect(await checked(await readLayout(join(dir, "layout")))).toEqual(await checked(amd64));
    expect(await checked(await readLayout(join(dir, "layout"), { platform: arm64.platform }))).toEqual(await checked(arm64));
    const absent = readLayout(join(dir, "layout"), { platform: { os: "linux", architecture: "s390x" } });
    await expect(absent).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND", facts: { platforms: "linux/amd64, linux/arm64" } });
  });

  test("and written again, with the same digests", async () => {
    const file = join(dir, "again.tar");
    await writeArchive(amd64, file, "parks:1");
    const written = await writeArchive(await readArchive(file), join(dir, "twice.tar"), "parks:1");
    expect(written.sha256).toBe(digestOf(await readFile(file)).slice("sha256:".length));
  });
});

/** The archive of an engine before Docker 25: folders by layer, a link for a layer that comes twice. */
async function writeLegacy(name: string, images: readonly { tag: string; image: Image }[]): Promise<string> {
  const folder = join(dir, `legacy-${name}`);
  const list = [];
  for (const { tag, image } of images) {
    const layers = [];
    for (const [i, layer] of image.layers.entries()) {
      const id = `${tag}-${i}`;
      await mkdir(join(folder, id), { recursive: true });
      await writeFile(join(folder, id, "layer.tar"), unpackLayer(layer));
      layers.push(`${id}/layer.tar`);
    }
    await writeFile(join(folder, `${tag}.json`), image.config);
    list.push({ Config: `${tag}.json`, RepoTags: [`parks:${tag}`], Layers: layers });
  }
  const [first, second] = list;
  if (second !== undefined) {
    await rm(join(folder, second.Layers[0]!));
    await symlink(`../${first!.Layers[0]!}`, join(folder, second.Layers[0]!));
  }
  await writeFile(join(folder, "manifest.json"), JSON.stringify(list));
  const file = join(dir, `${name}.tar`);
  execFileSync("tar", ["-C", folder, "-cf", file, "."]);
  return file;
}

describe("what others write is read", () => {
  test("an old engine's archive: layers that are not compressed", async () => {
    const image = await readArchive(await writeLegacy("one", [{ tag: "a", image: amd64 }]));
    expect(image.configDigest).toBe(amd64.configDigest);
    expect(
      image.layers.map(({ descriptor, diffId, unpackedSizeBytes, createdBy }) => ({ descriptor, diffId, unpackedSizeBytes, createdBy })),
    ).toEqual(
      amd64.layers.map(({ diffId, unpackedSizeBytes, createdBy }) => ({
        descriptor: { mediaType: mediaTypes.ociLayerPlain, digest: diffId, size: unpackedSizeBytes },
        diffId,
        unpackedSizeBytes,
        createdBy,
      })),
    );
    await validateImage(image);
  });

  test("one of several images of an archive, by its name", async () => {
    const file = await writeLegacy("two", [
      { tag: "a", image: amd64 },
      { tag: "b", image: arm64 },
    ]);
    const image = await readArchive(file, { reference: "parks:b" });
    expect(image.platform).toEqual(arm64.platform);
    await validateImage(image);
    await expect(readArchive(file)).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND", facts: { names: "parks:a, parks:b" } });
    await expect(readArchive(file, { reference: "parks:c" })).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
    const arm = readArchive(file, { reference: "parks:a", platform: arm64.platform });
    await expect(arm).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND", facts: { platforms: "linux/amd64" } });
  });

  test.each<[string, keyof typeof mediaTypes, (tar: Buffer) => Uint8Array]>([
    ["gzip", "ociLayer", gzipSync],
    ["zstd", "ociLayerZstd", zstdCompressSync],
    ["nothing", "ociLayerPlain", (tar) => tar],
    ["zstd that is called gzip", "ociLayer", zstdCompressSync],
  ])("layers compressed with %s", async (_, mediaType, pack) => {
    const tar = await buffer(writeTar([{ name: "a", mode: 0o644, source: Buffer.from("a") }]));
    const blob = pack(tar);
    const descriptor = { mediaType: mediaTypes[mediaType], digest: digestOf(blob), size: blob.length };
    const layer = layerOf(bytesContent(blob), descriptor, { diffId: digestOf(tar), createdBy: "packed" });
    const target = join(dir, `packed-${Math.random()}`);
    await writeLayout([imageOf("amd64", [layer])], target, "packed");
    const image = await readLayout(target);
    await validateImage(image);
    expect(await buffer(unpackLayer(image.layers[0]!))).toEqual(tar);
  });

  test("a manifest of Docker's schema 2, byte by byte, and as OCI's", async () => {
    const { bytes, digest, mediaType } = dockerManifest(amd64);
    const image = { ...amd64, manifest: bytes, manifestDigest: digest, mediaType };
    const file = join(dir, "schema2");
    await writeLayout([image], file, "schema2");
    expect((await readLayout(file)).manifestDigest).toBe(amd64.manifestDigest);
  });
});

describe("what is no image, or not whole, is said", () => {
  test.each<[string, { name: string; text: string }[]]>([
    ["a tar of something else", [{ name: "a", text: "a" }]],
    ["an index that is not JSON", [{ name: "index.json", text: "{" }]],
    ["an index without images", [{ name: "index.json", text: "{}" }]],
    [
      "a manifest that is not there",
      [{ name: "index.json", text: JSON.stringify({ manifests: [{ digest: digestOf(Buffer.from("")), size: 2, mediaType: "x" }] }) }],
    ],
    ["a manifest.json that is no list", [{ name: "manifest.json", text: "{}" }]],
  ])("%s", async (name, files) => {
    const file = join(dir, `${name}.tar`);
    await writeFile(file, writeTar(files.map(({ name: path, text }) => ({ name: path, mode: 0o644, source: Buffer.from(text) }))));
    await expect(readArchive(file)).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
  });

  test("a file that is no tar, and one that is not there", async () => {
    await writeFile(join(dir, "text"), "text".repeat(1000));
    await expect(readArchive(join(dir, "text"))).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
    await expect(readArchive(dir)).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
    await expect(readArchive(join(dir, "absent"))).rejects.toMatchObject({ code: "INPUT_NOT_FOUND" });
    await expect(readLayout(join(dir, "absent"))).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
  });

  test("a layer that is damaged, or gone", async () => {
    const layout = join(dir, "damaged");
    await writeLayout([amd64], layout, "damaged");
    const [first, second] = amd64.layers.map(({ descriptor }) => join(layout, "blobs", "sha256", descriptor.digest.slice(7)));
    await writeFile(first!, (await readFile(first!)).toReversed());
    await rm(second!);
    const [damaged, gone] = (await readLayout(layout)).layers;
    await expect(buffer(damaged!.open())).rejects.toMatchObject({
      code: "IMAGE_UNREADABLE",
      message: expect.stringContaining("other bytes") as string,
    });
    await expect(buffer(gone!.open())).rejects.toMatchObject({
      code: "IMAGE_UNREADABLE",
      message: expect.stringContaining("ENOENT") as string,
    });
  });

  test("something else than an image, and an image of schema 1", async () => {
    const layout = join(dir, "artifact");
    await writeLayout([amd64], layout, "artifact");
    const replace = async (json: object) => {
      const bytes = canonicalJson(json);
      await writeFile(join(layout, "blobs", "sha256", digestOf(bytes).slice(7)), bytes);
      const entry = { mediaType: mediaTypes.ociManifest, digest: digestOf(bytes), size: bytes.length };
      await writeFile(join(layout, "index.json"), JSON.stringify({ manifests: [entry] }));
    };
    await replace({
      schemaVersion: 2,
      config: { mediaType: "application/vnd.cncf.helm.config.v1+json", digest: amd64.configDigest, size: 2 },
      layers: [],
    });
    await expect(readLayout(layout)).rejects.toMatchObject({ message: expect.stringContaining("helm") as string });
    await replace({ schemaVersion: 1, fsLayers: [] });
    await expect(readLayout(layout)).rejects.toMatchObject({ message: expect.stringContaining("schema 1") as string });
  });
});
