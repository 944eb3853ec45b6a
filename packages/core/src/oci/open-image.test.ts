import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PublishError } from "../errors/publish-error.ts";
import type { PublishEvent } from "../events/events.ts";
import { archiveStream, writeArchive } from "./archive.ts";
import { canonicalJson } from "./canonical-json.ts";
import { digestOf } from "./digest.ts";
import { writeLayer } from "./layer.ts";
import { writeLayout } from "./layout.ts";
import { ociManifest } from "./manifest.ts";
import { openImage, type OpenImageOptions, type SavedImages } from "./open-image.ts";
import { startFake, type FakeRegistry } from "./registry/fake-registry.test-support.ts";
import { push } from "./registry/push.ts";
import type { Image } from "./types.ts";
import { validateImage } from "./validate.ts";

let dir: string;
let image: Image;
let registry: FakeRegistry;
let reference: string;
const events: PublishEvent[] = [];
const ctx = { report: (event: PublishEvent) => void events.push(event) };

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "open-test-"));
  const layer = await writeLayer([{ name: "data/x", mode: 0o644, source: Buffer.from("x") }], join(dir, "layers"), "data", ctx);
  const config = canonicalJson({ architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: [layer.diffId] } });
  const { bytes: manifest, digest: manifestDigest, mediaType } = ociManifest(config, [layer]);
  const platform = { os: "linux", architecture: "amd64" };
  image = { platform, layers: [layer], config, configDigest: digestOf(config), manifest, mediaType, manifestDigest };
  registry = await startFake();
  reference = `${registry.host}/a/b:v1`;
  await push([image], reference, {}, ctx);
});
afterAll(async () => {
  registry.server.close();
  await rm(dir, { recursive: true });
});

const hasIt: SavedImages = async (name) => archiveStream(image, name);
const hasNone: SavedImages = async () => null;
const isAway: SavedImages = async () => {
  throw new PublishError("ENGINE_UNREACHABLE", "No engine answers.", "Start it.");
};
const refuses: SavedImages = async () => {
  throw new PublishError("ENGINE_REFUSED", "No.", "Ask it.");
};
const openIt = (name: string, options: Partial<OpenImageOptions> = {}) => openImage(name, { workDir: join(dir, "work"), ...options }, ctx);

describe("an image is found", () => {
  test("in an archive, and in a layout", async () => {
    const { file } = await writeArchive(image, join(dir, "site"), "site:1");
    await writeLayout([image], join(dir, "layout"), "site:1");
    for (const [path, from] of [
      [file, "archive"],
      [join(dir, "layout"), "layout"],
    ] as const) {
      const found = await openIt(path, { engine: hasIt });
      expect(found).toMatchObject({ from, manifestDigest: image.manifestDigest });
      await validateImage(found);
      expect((await openIt(path, { name: "site:1", from })).from).toBe(from);
      await expect(openIt(path, { name: "site:2" })).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
    }
  });

  test("in the engine, before the registry, which is told", async () => {
    events.splice(0);
    const found = await openIt(reference, { engine: hasIt });
    expect(found).toMatchObject({ from: "engine", manifestDigest: image.manifestDigest });
    await validateImage(found);
    expect(events.at(0)).toMatchObject({ type: "step.started", title: `Copy ${reference} from the engine` });
    expect(events.some((event) => event.type === "step.progressed" && event.done > 0)).toBe(true);
  });

  test.each<[string, OpenImageOptions["engine"]]>([
    ["has none of that name", hasNone],
    ["does not answer", isAway],
    ["is not there", undefined],
  ])("in the registry, where the engine %s", async (_, engine) => {
    const found = await openIt(reference, engine && { engine });
    expect(found).toMatchObject({ from: "registry", manifestDigest: image.manifestDigest });
    await validateImage(found);
  });
});

describe("only one place is looked at", () => {
  test("the registry, though the engine has it", async () => {
    expect(await openIt(reference, { engine: hasIt, from: "registry" })).toMatchObject({ from: "registry" });
  });

  test("the engine, though the registry has it", async () => {
    await expect(openIt(reference, { engine: hasNone, from: "engine" })).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND" });
    await expect(openIt(reference, { engine: isAway, from: "engine" })).rejects.toMatchObject({ code: "ENGINE_UNREACHABLE" });
  });
});

test.each(["./absent", "absent.tar", "absent.tar.gz", "/absent/site"])("the path %s is no image's name", async (path) => {
  await expect(openIt(path, { engine: hasIt })).rejects.toMatchObject({ code: "INPUT_NOT_FOUND" });
});

test("another engine error ends the search", async () => {
  await expect(openIt(reference, { engine: refuses })).rejects.toMatchObject({ code: "ENGINE_REFUSED" });
});

test("a folder that is no layout", async () => {
  await mkdir(join(dir, "empty"));
  await expect(openIt(join(dir, "empty"))).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
});
