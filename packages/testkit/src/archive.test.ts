import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { writeArchive, writeLayout, type Image } from "@datasette-publish/core";
import { openImage, validateImage } from "@datasette-publish/core/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { realPart } from "./real.ts";
import { sampleImage } from "./sample-image.ts";

const run = promisify(execFile);
const reference = `localhost/publish-archive-test-${process.pid}:v1`;
let dir: string;
let image: Image;
let file: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "archive-test-"));
  image = await sampleImage(dir, Buffer.alloc(100_000, "data"));
  ({ file } = await writeArchive(image, join(dir, "site.tar"), reference));
});
afterAll(() => rm(dir, { recursive: true }));

interface Inspected {
  readonly Digest: string;
  readonly Architecture: string;
  readonly Layers: readonly string[];
}

async function inspect(source: string, ...options: string[]): Promise<Inspected> {
  const { stdout } = await run("skopeo", [...options, "inspect", source]);
  return JSON.parse(stdout) as Inspected;
}

const digests = () => image.layers.map(({ descriptor }) => descriptor.digest);

describe.skipIf(!realPart("skopeo"))("skopeo", () => {
  test("reads the archive as an OCI archive", async () => {
    const found = await inspect(`oci-archive:${file}:v1`);
    expect(found.Digest).toBe(image.manifestDigest);
    expect(found.Layers).toEqual(digests());
  });

  test("reads the same file as a Docker archive", async () => {
    const found = await inspect(`docker-archive:${file}:${reference}`);
    expect(found.Layers).toEqual(image.layers.map(({ diffId }) => diffId));
  });

  test("reads a layout of two platforms", async () => {
    const arm = await sampleImage(join(dir, "arm"), Buffer.from("arm"), "arm64");
    const layout = await writeLayout([image, arm], join(dir, "layout"), reference);
    expect((await inspect(`oci:${layout.dir}:v1`, "--override-arch", "arm64")).Architecture).toBe("arm64");
    expect((await inspect(`oci:${layout.dir}:v1`, "--override-arch", "amd64")).Layers).toEqual(digests());
  });
});

describe.skipIf(!realPart("skopeo"))("what skopeo writes is read", () => {
  test.each([
    ["an OCI archive", "oci-archive:", "copy-oci.tar", "archive"],
    ["a layout", "oci:", "copy-layout", "layout"],
    ["a Docker archive, whose layers are not packed", "docker-archive:", "copy-docker.tar", "archive"],
  ] as const)("%s", async (_, transport, name, from) => {
    const path = join(dir, name);
    await run("skopeo", ["copy", `oci-archive:${file}:v1`, `${transport}${path}:localhost/copy:v1`]);
    const found = await openImage(path, { workDir: dir }, { report: () => {} });
    expect(found).toMatchObject({ from, configDigest: image.configDigest, platform: image.platform });
    await validateImage(found);
  });
});

describe.skipIf(!realPart("docker"))("a Docker engine", () => {
  afterAll(() => run("docker", ["image", "rm", "--force", reference]));

  test("loads the archive under its name", async () => {
    const { stdout } = await run("docker", ["load", "--input", file]);
    expect(stdout).toContain(reference);
    const { stdout: found } = await run("docker", ["image", "inspect", reference, "--format", "{{.ID}} {{len .RootFS.Layers}}"]);
    expect(found.trim()).toBe(`${image.configDigest} ${image.layers.length}`);
  });
});
