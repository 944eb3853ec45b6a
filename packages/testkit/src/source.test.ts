import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openProject, providerInterface, type Provider, type Work } from "@datasette-publish/core";
import { publishSite } from "./publish-site.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fakeRuntime } from "./contract-scene.ts";
import { realPart } from "./real.ts";

const run = promisify(execFile);
const names = { built: `localhost/source-test-built-${process.pid}:v1`, loaded: `localhost/source-test-loaded-${process.pid}:v1` };
const title = `Pets "$HOME" \\ é`;
let dir: string;

interface Inspected {
  readonly Config: Readonly<Record<"User" | "Env" | "Entrypoint" | "Cmd" | "ExposedPorts" | "WorkingDir" | "Labels", unknown>>;
}

/** A provider that writes both forms of an image. */
const builder: Provider = {
  interface: providerInterface,
  name: "builder",
  title: "Builder",
  description: "Writes a source and an archive",
  options: {},
  accepts: { images: { platforms: ["linux/amd64"] } },
  check: () => Promise.resolve(),
  async rollout({ deliver }) {
    const write = async ({ images: [image] }: Work) => {
      await deliver.source(image, join(dir, "source.tar.gz"), []);
      await deliver.archive(image, join(dir, "image.tar"), names.loaded);
    };
    return { tasks: [{ verb: "write", target: dir, run: write }], result: () => ({ facts: {} }) };
  },
};

async function inspect(name: string): Promise<Inspected> {
  const { stdout } = await run("docker", ["image", "inspect", name]);
  const [image] = JSON.parse(stdout) as Inspected[];
  if (image === undefined) throw new Error(`There is no image ${name}.`);
  return image;
}

/** Every entry of the image's file system as tar lists it: mode, owner, size, name. What the engine adds to a container is in both. */
async function filesOf(name: string): Promise<string[]> {
  const { stdout } = await run("docker", ["create", name]);
  const container = stdout.trim();
  const tar = join(dir, `${container}.tar`);
  try {
    await run("docker", ["export", "--output", tar, container]);
  } finally {
    await run("docker", ["rm", container]);
  }
  const listed = await run("tar", ["--numeric-owner", "-tvf", tar]);
  return listed.stdout
    .split("\n")
    .map((line) => line.replace(/ \d{4}-\d\d-\d\d \d\d:\d\d/, ""))
    .sort();
}

describe.skipIf(!realPart("docker"))("a builder without BuildKit", () => {
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "source-build-"));
    await writeFile(join(dir, "pets.csv"), "name,legs\nRex,4\n");
    const request = {
      project: openProject([join(dir, "pets.csv")], { name: "pets" }),
      site: { title, settings: { base_url: "/pets/" } },
      options: {},
      env: {},
      runtime: () => fakeRuntime({ os: "linux", architecture: "amd64" }, join(dir, "runtime")),
    };
    await publishSite(builder, request, { report: () => {} });
    await mkdir(join(dir, "source"));
    await run("tar", ["-xzf", join(dir, "source.tar.gz"), "-C", join(dir, "source")]);
    await run("docker", ["build", "--tag", names.built, join(dir, "source")], { env: { ...process.env, DOCKER_BUILDKIT: "0" } });
    await run("docker", ["load", "--input", join(dir, "image.tar")]);
  });
  afterAll(async () => {
    await run("docker", ["image", "rm", "--force", ...Object.values(names)]);
    await rm(dir, { recursive: true, force: true });
  });

  it("makes the same files of the source as the archive holds", async () => {
    const files = await filesOf(names.built);
    expect(files.some((line) => line.endsWith(" data/data.db"))).toBe(true);
    expect(files).toEqual(await filesOf(names.loaded));
  });

  it("gives it the same configuration", async () => {
    const [built, loaded] = [(await inspect(names.built)).Config, (await inspect(names.loaded)).Config];
    for (const key of ["User", "Entrypoint", "Cmd", "ExposedPorts", "WorkingDir", "Labels"] as const)
      expect(built[key]).toEqual(loaded[key]);
    expect(built.Labels).toMatchObject({ "org.opencontainers.image.title": title });
    expect(built.Env).toEqual(expect.arrayContaining(loaded.Env as string[]));
  });
});
