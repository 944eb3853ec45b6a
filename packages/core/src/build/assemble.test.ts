import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PublishEvent } from "../events/events.ts";
import { nativeGzip, nativeZstd } from "../oci/compressors.ts";
import { emptyServe } from "../site/serve.ts";
import type { Site } from "../site/site.ts";
import { archiveStream, writeArchive } from "../oci/archive.ts";
import { assemble } from "./assemble.ts";
import { digestOf } from "../oci/digest.ts";
import { layerFile, writeLayer } from "../oci/layer.ts";
import { writeLayout } from "../oci/layout.ts";
import { dockerManifest, indexOf } from "../oci/manifest.ts";
import type { Image } from "../oci/types.ts";
import { validateImage } from "../oci/validate.ts";
import type { Runtime } from "./runtime.ts";

const ctx = { report: () => {} };
let dir: string;
let runtime: Runtime;
let site: Site;
let image: Image;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "assemble-test-"));
  const path = join(dir, "data.db");
  await writeFile(path, Buffer.alloc(200_000, "datasette"));
  const database = { name: "data", fileName: "data.db", path, sizeBytes: 200_000, sha256: "0".repeat(64), tables: [] };
  site = {
    name: "parks",
    dataset: { databases: [database], sources: [], unreadable: [] },
    serve: {
      ...emptyServe,
      databases: [database],
      metadata: { title: "Parks of the city" },
      settings: { sql_time_limit_ms: "2000", default_page_size: "50" },
      keepAnswers: "off",
      inspectData: { data: { hash: database.sha256, size: database.sizeBytes, file: "data.db", tables: {} } },
    },
  };
  const system = await writeLayer(
    [{ name: "usr/bin/python3.13", mode: 0o755, source: Buffer.from("elf") }],
    join(dir, "runtime"),
    "system",
    ctx,
  );
  runtime = {
    platform: { os: "linux", architecture: "amd64" },
    layers: [system],
    entrypoint: ["/usr/bin/python3.13", "-I", "/app/launch.pyc"],
    env: ["LANG=C.UTF-8"],
    user: "1000:1000",
    datasetteVersion: "0.65.5",
    pythonVersion: "3.13.5",
    lockedAt: "2026-11-30T00:00:00Z",
    lockSha256: "1".repeat(64),
  };
  image = await assemble(site, runtime, join(dir, "work"), ctx);
});
afterAll(() => rm(dir, { recursive: true }));

const json = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes));

describe("assemble", () => {
  test("makes a valid image, the same one twice", async () => {
    await validateImage(image);
    const again = await assemble(structuredClone(site), runtime, join(dir, "again"), ctx);
    expect(again.manifestDigest).toBe(image.manifestDigest);
  });

  test("has a layer per database, the largest first, below the site's own", async () => {
    const small = { ...site.dataset.databases[0]!, name: "small", fileName: "small.db", path: join(dir, "small.db"), sizeBytes: 9 };
    await writeFile(small.path, "datasette");
    const databases = [small, ...site.dataset.databases];
    const { layers } = await assemble(
      { ...site, dataset: { ...site.dataset, databases }, serve: { ...site.serve, databases } },
      runtime,
      join(dir, "two"),
      ctx,
    );
    const words = ["system", "database data.db", "database small.db", "site parks"];
    expect(layers.map(({ createdBy }) => createdBy.replace("datasette-publish: ", ""))).toEqual(words);
    expect(layers.map(({ descriptor }) => descriptor.annotations !== undefined)).toEqual([false, true, true, false]);
  });

  test("is the same but for digests of data, whatever compresses that", async () => {
    const others = await Promise.all(
      [nativeGzip(1), nativeZstd].map((compressor) => assemble(site, runtime, join(dir, compressor.version!), { ...ctx, compressor })),
    );
    for (const other of others) {
      await validateImage(other);
      expect(other.configDigest).toBe(image.configDigest);
      expect(other.layers[1]?.descriptor.digest).not.toBe(image.layers[1]?.descriptor.digest);
    }
    expect(() => dockerManifest(others[1]!)).toThrow("zstd");
  });

  test("compresses an unchanged database once, and says so", async () => {
    const cacheDir = join(dir, "kept-layers");
    const outcomes: string[] = [];
    const report = (event: PublishEvent) => void (event.type === "step.ended" && outcomes.push(event.outcome));
    const build = (given: Site, work: string) => assemble(given, runtime, join(dir, work), { report, cacheDir });
    const first = await build(site, "first");
    await rm(join(dir, "first"), { recursive: true });
    const titled = { ...site, serve: { ...site.serve, metadata: { title: "Other parks" } } };
    const second = await build(titled, "second");
    expect(second.layers[1]).toEqual({ ...first.layers[1], path: expect.any(String) as string, open: expect.any(Function) as unknown });
    await validateImage(second);
    const changed = { ...site.dataset.databases[0]!, sha256: "f".repeat(64) };
    await build({ ...site, dataset: { ...site.dataset, databases: [changed] } }, "third");
    expect(outcomes).toEqual(["done", "cached", "done"]);
  });

  test("keeps nothing, and says why, where it cannot", async () => {
    await writeFile(join(dir, "no-folder"), "");
    const events: PublishEvent[] = [];
    const made = await assemble(site, runtime, join(dir, "fourth"), {
      report: (event) => events.push(event),
      cacheDir: join(dir, "no-folder"),
    });
    expect(made.manifestDigest).toBe(image.manifestDigest);
    expect(events).toContainEqual(expect.objectContaining({ type: "output", text: expect.stringMatching("cannot be kept") as string }));
  });

  test("serves the site with the runtime's launcher", () => {
    const { config, history, created } = json(image.config);
    expect(config).toMatchObject({
      User: "1000:1000",
      Env: ["LANG=C.UTF-8", "DATASETTE_KEEP_ANSWERS=off", "PORT=8006"],
      Entrypoint: runtime.entrypoint.concat(
        "-i /data/data.db --inspect-file /site/inspect-data.json --metadata /site/metadata.json".split(" "),
        "--setting default_page_size 50 --setting sql_time_limit_ms 2000".split(" "),
      ),
      Cmd: ["--cors"],
      ExposedPorts: { "8006/tcp": {} },
      WorkingDir: "/",
      StopSignal: "SIGTERM",
      Healthcheck: { Test: ["CMD", "/usr/bin/python3.13", "-I", "/app/launch.pyc", "healthcheck"], Interval: 30_000_000_000 },
      Labels: { "org.opencontainers.image.title": "Parks of the city", "io.datasette.publish.site": "parks" },
    });
    expect(history).toHaveLength(3);
    expect(created).toBe("1970-01-01T00:00:00Z");
  });

  test("says what registries show, in labels, manifest and index alike", () => {
    const annotations = {
      "org.opencontainers.image.title": "Parks of the city",
      "org.opencontainers.image.created": "2026-11-30T00:00:00Z",
      "org.opencontainers.image.version": "0.65.5",
    };
    expect(json(image.config)["config"]).toMatchObject({ Labels: annotations });
    expect(json(image.manifest)).toMatchObject({ annotations });
    const other = { ...image, config: Buffer.from(Buffer.from(image.config).toString().replace("Parks of the city", "Parks")) };
    const { "org.opencontainers.image.title": _, ...shared } = annotations;
    expect(json(indexOf([image, other]).bytes)["annotations"]).toEqual(shared);
    expect(json(dockerManifest(image).bytes)).not.toHaveProperty("annotations");
  });

  test("reports bytes up to the total", async () => {
    const events: { type: string; done?: number; total?: number | null }[] = [];
    await assemble(site, runtime, join(dir, "events"), { report: (event) => events.push(event) });
    const last = events.findLast(({ type }) => type === "step.progressed");
    expect(last?.done).toBe(last?.total);
    expect(events.at(-1)).toMatchObject({ type: "step.ended", id: "assemble", outcome: "done" });
  });
});

describe("validateImage", () => {
  test.each<[string, (given: Image) => Image]>([
    ["a layer left out", (given) => ({ ...given, layers: given.layers.slice(1) })],
    ["another platform", (given) => ({ ...given, platform: { os: "linux", architecture: "arm64" } })],
    ["another diffId", (given) => ({ ...given, layers: given.layers.map((layer) => ({ ...layer, diffId: layer.descriptor.digest })) })],
    ["another size", (given) => ({ ...given, layers: given.layers.map((layer) => ({ ...layer, unpackedSizeBytes: 1 })) })],
    ["another manifest", (given) => ({ ...given, manifest: given.config })],
  ])("notices %s", async (_, change) => {
    await expect(validateImage(change(image))).rejects.toMatchObject({ code: "IMAGE_INVALID" });
  });

  test("notices a blob that changed on disk", async () => {
    const path = join(dir, "changed.tar.gz");
    await writeFile(path, "x");
    const layers = image.layers.map((layer) => layerFile({ ...layer, path }));
    await expect(validateImage({ ...image, layers })).rejects.toMatchObject({ code: "IMAGE_INVALID" });
  });
});

describe("manifests", () => {
  test("Docker's names the same blobs as OCI's", () => {
    const docker = json(dockerManifest(image).bytes);
    const oci = json(image.manifest);
    expect(docker.mediaType).toBe("application/vnd.docker.distribution.manifest.v2+json");
    expect(docker.config.digest).toBe(oci.config.digest);
    expect(docker.layers.map((layer: { digest: string }) => layer.digest)).toEqual(
      oci.layers.map((layer: { digest: string }) => layer.digest),
    );
  });

  test("an index names the platforms", () => {
    const arm: Image = { ...image, platform: { os: "linux", architecture: "arm64" } };
    const { manifests } = json(indexOf([image, arm]).bytes);
    expect(manifests.map((each: { platform: { architecture: string } }) => each.platform.architecture)).toEqual(["amd64", "arm64"]);
  });
});

describe("writeArchive", () => {
  test("writes a layout and Docker's list over the same blobs, the same bytes as the stream", async () => {
    const file = join(dir, "site.tar");
    await writeArchive(image, file, "parks:v0");
    const written = await writeArchive(image, file, "parks:v1");
    const bytes = await readFile(file);
    expect(`sha256:${written.sha256}`).toBe(digestOf(bytes));
    expect(written).toMatchObject({ file, sizeBytes: bytes.length });
    expect((await buffer(archiveStream(image, "parks:v1"))).equals(bytes)).toBe(true);
    const read = (name: string) => json(execFileSync("tar", ["-xOf", file, name]));
    const [listed] = read("manifest.json");
    expect(listed.RepoTags).toEqual(["parks:v1"]);
    for (const name of [listed.Config, ...listed.Layers])
      expect(digestOf(execFileSync("tar", ["-xOf", file, name]))).toBe(name.replace("blobs/sha256/", "sha256:"));
    expect(read("index.json").manifests[0]).toMatchObject({
      digest: image.manifestDigest,
      annotations: { "io.containerd.image.name": "docker.io/library/parks:v1", "org.opencontainers.image.ref.name": "v1" },
    });
  });

  test("keeps what was there when it fails", async () => {
    const out = join(dir, "keep");
    await mkdir(out);
    await writeArchive(image, join(out, "site.tar"), "older");
    const older = await readFile(join(out, "site.tar"));
    const broken = { ...image, layers: image.layers.map((layer) => layerFile({ ...layer, path: join(dir, "absent") })) };
    await expect(writeArchive(broken, join(out, "site.tar"), "parks")).rejects.toMatchObject({ code: "ENOENT" });
    expect(await readdir(out)).toEqual(["site.tar"]);
    expect(older.equals(await readFile(join(out, "site.tar")))).toBe(true);
  });

  test("leaves a file that is no archive alone, and a directory", async () => {
    const file = join(dir, "backup.tar");
    await writeFile(file, "somebody's backup");
    for (const path of [file, dir]) await expect(writeArchive(image, path, "parks")).rejects.toMatchObject({ code: "OUTPUT_EXISTS" });
    expect(await readFile(file, "utf8")).toBe("somebody's backup");
    await expect(writeArchive(image, join(file, "site.tar"), "parks")).rejects.toMatchObject({ code: "OUTPUT_UNWRITABLE" });
  });
});

describe("writeLayout", () => {
  test("writes one image, then replaces it by an index", async () => {
    const out = join(dir, "layouts", "oci");
    await mkdir(join(dir, "layouts"));
    expect(await writeLayout([image], out, "parks")).toEqual({ dir: out, digest: image.manifestDigest });
    const arm: Image = { ...image, platform: { os: "linux", architecture: "arm64" } };
    const { digest } = await writeLayout([image, arm], out, "parks");
    expect(digest).toBe(indexOf([image, arm]).digest);
    expect(await readdir(join(dir, "layouts"))).toEqual(["oci"]);
    for (const name of await readdir(join(out, "blobs", "sha256")))
      expect(digestOf(await readFile(join(out, "blobs", "sha256", name)))).toBe(`sha256:${name}`);
    expect(json(await readFile(join(out, "index.json"))).manifests[0].digest).toBe(digest);
  });

  test("leaves a directory alone that holds a layout and more", async () => {
    const out = join(dir, "mixed");
    await writeLayout([image], out, "parks");
    await writeFile(join(out, "notes.txt"), "mine");
    await expect(writeLayout([image], out, "parks")).rejects.toMatchObject({ code: "OUTPUT_EXISTS" });
    expect(await readFile(join(out, "notes.txt"), "utf8")).toBe("mine");
  });

  test("leaves a directory that is no layout alone", async () => {
    await expect(writeLayout([image], dir, "parks")).rejects.toMatchObject({ code: "OUTPUT_EXISTS" });
  });
});
