import { buffer } from "node:stream/consumers";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emptyServe } from "../site/serve.ts";
import { assemble } from "./assemble.ts";
import { writeLayer } from "../oci/layer.ts";
import { writeSource } from "./source.ts";
import type { Image } from "../oci/types.ts";

let dir: string;
let image: Image;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "source-test-"));
  const ctx = { report: () => {} };
  const layer = (name: string, createdBy: string) => writeLayer([{ name, mode: 0o644, source: Buffer.from(name) }], dir, createdBy, ctx);
  image = await assemble(
    {
      name: "pets",
      dataset: { databases: [], sources: [], unreadable: [] },
      serve: { ...emptyServe, metadata: { title: `a "$HOME" \\ é` }, settings: { base_url: "/$x/" } },
    },
    {
      platform: { os: "linux", architecture: "amd64" },
      layers: [await layer("etc/one", "system"), await layer("data/a", "database a\nRUN evil.db")],
      entrypoint: ["/usr/bin/python3.13", "-I"],
      env: ["LANG=C.UTF-8", "PRICE=$5=\\x"],
      user: "65532:65532",
      datasetteVersion: "0.65.5",
      pythonVersion: "3.13.5",
      lockedAt: "2026-11-30T00:00:00Z",
      lockSha256: "0".repeat(64),
    },
    join(dir, "work"),
    ctx,
  );
});
afterAll(() => rm(dir, { recursive: true }));

const list = (file: string) => execFileSync("tar", ["-tzf", file], { encoding: "utf8" }).trimEnd().split("\n");
const extract = (file: string, name: string) => execFileSync("tar", ["-xzOf", file, name]);

describe("writeSource", () => {
  it("holds the layers as they are, a Dockerfile, and what is added", async () => {
    const file = join(dir, "site.tar.gz");
    const added = { name: "heroku.yml", mode: 0o644, source: Buffer.from("build:\n") };
    const { sizeBytes, sha256 } = await writeSource(image, file, [added]);
    const bytes = await readFile(file);
    expect(sizeBytes).toBe(bytes.length);
    expect(sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(list(file).filter((name) => !name.endsWith("/"))).toEqual([
      "Dockerfile",
      "heroku.yml",
      ...image.layers.map((_, i) => `layers/${i}.tar.gz`),
    ]);
    for (const [i, layer] of image.layers.entries()) expect(extract(file, `layers/${i}.tar.gz`)).toEqual(await buffer(layer.open()));
    expect(extract(file, "heroku.yml").toString()).toBe("build:\n");
  });

  it("builds in a Dockerfile that only unpacks, whatever names and values hold", async () => {
    const file = join(dir, "dockerfile.tar.gz");
    await writeSource(image, file, []);
    const lines = extract(file, "Dockerfile").toString().trimEnd().split("\n");
    expect([...new Set(lines.map((line) => line.split(" ")[0]))]).toEqual([
      "FROM",
      "#",
      "ADD",
      "ENV",
      "LABEL",
      "EXPOSE",
      "WORKDIR",
      "USER",
      "ENTRYPOINT",
      "CMD",
    ]);
    expect(lines[0]).toBe("FROM scratch");
    expect(lines).toContain(String.raw`ENV PRICE="\$5=\\x"`);
    expect(lines).toContain(String.raw`LABEL "org.opencontainers.image.title"="a \"\$HOME\" \\ é"`);
    const entrypoint = lines.find((line) => line.startsWith("ENTRYPOINT"));
    expect(entrypoint).toMatch(/^ENTRYPOINT \["\/usr\/bin\/python3.13","-I",.*"--setting","base_url","\/\$x\/"/);
    expect(lines.at(-1)).toBe('CMD ["--cors"]');
  });

  it("is the same file for the same image", async () => {
    const [one, two] = [await writeSource(image, join(dir, "1.gz"), []), await writeSource(image, join(dir, "2.gz"), [])];
    expect(two.sha256).toBe(one.sha256);
  });

  it("leaves nothing when it is cancelled", async () => {
    const before = await readdir(dir);
    await expect(writeSource(image, join(dir, "never.gz"), [], AbortSignal.abort())).rejects.toThrow(/abort/i);
    expect(await readdir(dir)).toEqual(before);
  });
});
