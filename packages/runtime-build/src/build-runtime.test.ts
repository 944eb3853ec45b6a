import { buffer } from "node:stream/consumers";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import type { ImageFile, Layer } from "@datasette-publish/core";
import { unpackLayer } from "@datasette-publish/core/oci";
import { closeOverLibraries } from "@datasette-publish/plugins";
import { lines, runtimeFile } from "@datasette-publish/runtime";
import { unpackTar } from "modern-tar";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readGolden } from "./golden.ts";
import { architectures } from "./lock-file.ts";
import { buildRuntimes, findBuilt, type BuiltRuntime } from "./build-runtime.ts";
import { libraryDirs } from "./slice.ts";

/** Plugins and data not counted. */
const budgets = [
  { line: "0.65", version: "0.65.5", unpackedBytes: 42_000_000, gzipBytes: 15_800_000 },
  { line: "1.0", version: "1.0a41", unpackedBytes: 50_000_000, gzipBytes: 19_500_000 },
] as const;
const packages = "usr/lib/python3/dist-packages";
const ctx = { report: () => {} };

async function readLayers(layers: readonly Layer[]): Promise<Map<string, ImageFile>> {
  const files = new Map<string, ImageFile>();
  for (const layer of layers) {
    for (const { header, data } of await unpackTar(await buffer(unpackLayer(layer)))) {
      const name = header.name.replace(/\/$/, "");
      const { linkname: linkName, mode = 0 } = header;
      if (header.type === "symlink") files.set(name, { name, mode, type: "symlink", linkName: linkName ?? "" });
      else if (header.type === "file") files.set(name, { name, mode, source: data ?? new Uint8Array() });
    }
  }
  return files;
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}

/** A build of amd64 in another process, under another umask, locale, time zone and folder: nothing of it may show in a digest. */
async function buildElsewhere(dir: string): Promise<void> {
  const env = { ...process.env, LANG: "tr_TR.UTF-8", LC_ALL: "C", TZ: "Pacific/Auckland", PYTHONHASHSEED: "7" };
  const command = 'umask 077 && cd / && exec "$0" --conditions=source "$1" amd64 --out-dir "$2"';
  await promisify(execFile)("sh", ["-c", command, process.execPath, join(import.meta.dirname, "build.ts"), dir], { env });
}

/** Without functions, which are others each time. */
const asData = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe.each(architectures)("the runtimes for %s", (architecture) => {
  const platform = { os: "linux", architecture } as const;
  let dir: string;
  let outDir: string;
  let runtimes: BuiltRuntime[];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "runtime-test-"));
    outDir = join(dir, "layers");
    if (architecture === "amd64") await buildElsewhere(outDir);
    runtimes = await buildRuntimes(platform, ctx, outDir);
  });

  afterAll(() => rm(dir, { recursive: true }));

  it("share the system, and the Python of Datasette with other platforms", async () => {
    const [one, other] = runtimes.map(({ layers }) => layers.map(({ descriptor }) => descriptor.digest));
    expect(other![0]).toBe(one![0]);
    const golden = await Promise.all(runtimes.map(({ lockSha256 }) => readGolden(lockSha256)));
    for (const { amd64, arm64 } of golden) expect(amd64?.[2]).toBe(arm64?.[2]);
  });

  it("have files anyone may read and no one but the owner may write", async () => {
    expect((await stat(outDir)).mode & 0o777).toBe(0o755);
    for (const { layers } of runtimes) {
      const files = await readLayers(layers);
      expect([...files.values()].filter(({ mode, type }) => type !== "symlink" && mode !== 0o644 && mode !== 0o755)).toEqual([]);
    }
  });

  it("are found again, and not once a layer, the lock or the sources are others", async () => {
    expect(asData(await findBuilt(platform, outDir))).toEqual(asData(runtimes));
    expect(await findBuilt(platform, join(dir, "none"))).toBeNull();
    const [runtime] = runtimes as [BuiltRuntime];
    const file = join(outDir, runtimeFile(platform, "0.65"));
    for (const [path, from] of [
      [file, runtime.lockSha256],
      [file, runtime.sourceSha256],
      [runtime.layers[0]!.path, ""],
    ] as const) {
      const bytes = await readFile(path);
      await writeFile(path, from === "" ? bytes.toReversed() : bytes.toString().replace(from, "0".repeat(64)));
      expect(await findBuilt(platform, outDir)).toBeNull();
      await writeFile(path, bytes);
    }
  });

  describe.each(budgets)("of Datasette $version", ({ line, version, unpackedBytes, gzipBytes }) => {
    let runtime: BuiltRuntime;
    let files: Map<string, ImageFile>;

    beforeAll(async () => {
      runtime = runtimes[lines.indexOf(line)]!;
      files = await readLayers(runtime.layers);
    });

    it("has the digests that every machine gets", async () => {
      const golden = (await readGolden(runtime.lockSha256))[architecture];
      expect(runtime.layers.map(({ descriptor }) => descriptor.digest)).toEqual(golden);
    });

    it("stores blobs that are what their descriptors say", async () => {
      for (const { path, descriptor, diffId } of runtime.layers) {
        const blob = await readFile(path);
        expect(blob).toHaveLength(descriptor.size);
        expect(`sha256:${createHash("sha256").update(gunzipSync(blob)).digest("hex")}`).toBe(diffId);
      }
    });

    it("keeps within its budget", () => {
      expect(sum(runtime.layers.map(({ unpackedSizeBytes }) => unpackedSizeBytes ?? 0))).toBeLessThan(unpackedBytes);
      expect(sum(runtime.layers.map(({ descriptor }) => descriptor.size))).toBeLessThan(gzipBytes);
    });

    it("resolves every library of every ELF file", () => {
      const closed = closeOverLibraries(files.keys(), files, libraryDirs[architecture]);
      expect(closed).toContain("usr/bin/python3.13");
      expect([...closed].some((name) => name.endsWith("/libcrypto.so.3"))).toBe(true);
    });

    it("holds bytecode, one source, and no program but Python", () => {
      const names = [...files.keys()];
      const sources = names.filter((name) => /\.(py|pyx|pxd|pyi|c|h)$|__pycache__|\/RECORD$/.test(name));
      expect(sources).toEqual(["usr/lib/python3.13/importlib/resources/_common.py"]);
      expect(names.filter((name) => /^(usr\/)?s?bin\/./.test(name)).sort()).toEqual(["usr/bin/python3", "usr/bin/python3.13"]);
      expect(names.filter((name) => /(^|\/)(pip|setuptools|pip-.*|setuptools-.*)\//.test(name))).toEqual([]);
    });

    it("keeps what is read at run time", () => {
      const [libraries = ""] = libraryDirs[architecture];
      const system = ["libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1"].map((name) => `${libraries}/${name}`);
      const python = ["os.pyc", "encodings/latin_1.pyc", "encodings/cp1252.pyc"].map((name) => `usr/lib/python3.13/${name}`);
      const datasette = ["templates/base.html", "static/app.css"].map((name) => `${packages}/datasette/${name}`);
      const others = ["app/launch.pyc", "etc/passwd", "usr/share/doc/libc6/copyright", "var/lib/dpkg/status.d/libc6"];
      const certificates = ["usr/lib/ssl/cert.pem", "etc/ssl/certs/ca-certificates.crt"];
      const zones = ["usr/share/zoneinfo", `${packages}/tzdata/zoneinfo/Europe/London`];
      const wanted = [...system, ...python, ...datasette, ...others, ...certificates, ...zones];
      expect(wanted.filter((name) => !files.has(name))).toEqual([]);
      const metadata = [...files.keys()].filter((name) => /\/datasette-.*\.dist-info\/(METADATA|entry_points\.txt)$/.test(name));
      expect(metadata.map((name) => name.split("/").at(-2))).toEqual(Array(2).fill(`datasette-${version}.dist-info`));
    });
  });
});
