import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { writeLayer, type ImageFile, type Layer, type LayerFile, type PublishEvent, type Runtime } from "@datasette-publish/core";
import { unpackLayer } from "@datasette-publish/core/oci";
import { writeWheel, type TestWheel } from "@datasette-publish/testkit";
import { unpackTar } from "modern-tar";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { openPlugins, type PluginLock } from "./plugins.ts";

let dir: string;
let runtime: Runtime;
let lock: PluginLock | undefined;
const events: PublishEvent[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "plugins-"));
  runtime = await makeRuntime();
  // The base: a Datasette of the test's own, with what it needs.
  await wheel({ name: "datasette", version: "0.65.5", requires: ["base-lib>=1"], files: { "datasette/__init__.py": "" } });
  await wheel({ name: "base-lib", version: "1.0", files: { "base_lib.py": "" } });
  await wheel({ name: "base-lib", version: "2.0", files: { "base_lib.py": "" } });
  vi.stubEnv("PIP_NO_INDEX", "1");
  vi.stubEnv("PIP_FIND_LINKS", join(dir, "index"));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true, force: true });
});
beforeEach(() => {
  events.splice(0);
  lock = undefined;
});

/** A runtime that has SQLite's library, by its link as Debian has it, and nothing else. */
async function makeRuntime(): Promise<Runtime> {
  const folder = "usr/lib/x86_64-linux-gnu";
  const files: ImageFile[] = [
    { name: `${folder}/libsqlite3.so.0.8.6`, mode: 0o644, source: Buffer.from("SQLite") },
    { name: `${folder}/libsqlite3.so.0`, mode: 0o777, type: "symlink", linkName: "libsqlite3.so.0.8.6" },
  ];
  const layer = await writeLayer(files, join(dir, "runtime"), "system", { report: () => {} });
  const about = { entrypoint: [], env: [], user: "1:1", datasetteVersion: "0.65.5", pythonVersion: "3.13.5", lockedAt: "", lockSha256: "" };
  return { platform: { os: "linux", architecture: "amd64" }, layers: [layer], ...about };
}

const wheel = (of: TestWheel) => writeWheel(join(dir, "index"), of);
const open = (texts: readonly string[], datasetteVersion = "0.65.5") => {
  const wheels = ["datasette-0.65.5-py3-none-any.whl", "base_lib-1.0-py3-none-any.whl"].map((file) => join(dir, "index", file));
  const store = { read: async () => lock, keep: async (made: PluginLock) => void (lock = made) };
  const options = { base: { datasetteVersion, wheels }, lock: store, env: { ...process.env, XDG_CACHE_HOME: join(dir, "cache") } };
  return openPlugins(texts, options, { report: (event) => events.push(event) });
};
const names = (pins: readonly { name: string; version: string }[]) => pins.map(({ name, version }) => `${name} ${version}`);
const filesOf = async (layer: Layer) => {
  return new Map((await unpackTar(ReadableStream.from(unpackLayer(layer)))).map(({ header, data }) => [header.name, data]));
};

it("installs what Datasette lacks, in versions that suit what it has", async () => {
  await wheel({
    name: "datasette-hello",
    plugin: "datasette_hello",
    requires: ["datasette", "base-lib", "hello-lib"],
    files: { "datasette_hello.py": "" },
  });
  await wheel({ name: "hello-lib" });
  const plugins = await open(["datasette-hello"]);
  expect(names(await plugins.pinned("linux/amd64"))).toEqual(["datasette-hello 1.0", "hello-lib 1.0"]);
  expect(lock).toMatchObject({ datasette: "0.65.5", wheels: { "linux/amd64": [{ file: "datasette_hello-1.0-py3-none-any.whl" }, {}] } });
});

it("goes by the markers of the image's Python, not of this machine's", async () => {
  await wheel({ name: "new-only" });
  await wheel({ name: "for-arm" });
  const requires = [
    'new-only; python_version >= "3.13"',
    'never-there; sys_platform == "darwin"',
    'for-arm; platform_machine == "aarch64"',
  ];
  await wheel({ name: "datasette-marked", requires });
  const plugins = await open(["datasette-marked"]);
  expect(names(await plugins.pinned("linux/amd64"))).toEqual(["datasette-marked 1.0", "new-only 1.0"]);
  expect(names(await plugins.pinned("linux/arm64"))).toEqual(["datasette-marked 1.0", "for-arm 1.0", "new-only 1.0"]);
});

it("has the same versions for the preview, but for native code that has no wheel for it", async () => {
  await wheel({ name: "native-both", tag: "cp313-cp313-manylinux_2_28_x86_64" });
  await wheel({ name: "native-both", tag: "cp314-cp314-pyemscripten_2026_0_wasm32" });
  await wheel({ name: "native-one", tag: "cp313-abi3-manylinux_2_28_x86_64" });
  await wheel({ name: "datasette-shown", requires: ["native-both", "native-one"] });
  const plugins = await open(["datasette-shown"]);
  const files = (await plugins.pinned("preview")).map(({ file }) => file);
  expect(files).toEqual(["datasette_shown-1.0-py3-none-any.whl", "native_both-1.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl"]);
  expect(await plugins.wheels("preview")).toHaveLength(2);
  expect(Object.keys(lock?.wheels ?? {}).sort()).toEqual(["linux/amd64", "preview"]);
});

it("takes pre-releases only where one is named, and of Datasette's plugins with a Datasette that is one", async () => {
  for (const version of ["1.0", "2.0a1"]) for (const name of ["datasette-early", "early-lib"]) await wheel({ name, version });
  expect(names(await (await open(["datasette-early", "early-lib"])).pinned("linux/amd64"))).toEqual([
    "datasette-early 1.0",
    "early-lib 1.0",
  ]);
  expect(names(await (await open(["early-lib>=2.0a0"])).pinned("linux/amd64"))).toEqual(["early-lib 2.0a1"]);
  await wheel({ name: "datasette", version: "1.0a41" });
  const alpha = await open(["datasette-early", "early-lib"], "1.0a41");
  await expect(alpha.pinned("linux/amd64")).rejects.toMatchObject({ code: "PLUGIN_UNRESOLVABLE" });
});

it.each([
  ["manylinux_2_17_x86_64", "linux/amd64"],
  ["manylinux_2_27_x86_64", "linux/amd64"],
  ["manylinux_2_41_x86_64", "linux/amd64"],
  ["manylinux2014_aarch64", "linux/arm64"],
] as const)("takes wheels for %s", async (platform, target) => {
  const name = `native-${platform.replaceAll("_", "-")}`;
  await wheel({ name, tag: `cp313-cp313-${platform}` });
  expect(names(await (await open([name])).pinned(target))).toEqual([`${name.replaceAll(/[-_]+/g, "-")} 1.0`]);
});

it("is a layer of bytecode beside what is no Python, and metadata; the same bytes each time, and from the cache", async () => {
  const files = {
    "datasette_layered/__init__.py": "x = 1\n",
    "datasette_layered/static/app.js": "let a = 1;\n",
    "datasette_layered/templates/broken.py": "print 'old'\n",
  };
  await wheel({ name: "datasette-layered", plugin: "datasette_layered", files });
  const plugins = await open(["datasette-layered"]);
  const built = await plugins.addTo(runtime);
  const layer = built.layers.at(-1)!;
  expect(built.layers).toHaveLength(runtime.layers.length + 1);
  expect(layer.createdBy).toBe("datasette-publish: plugins datasette_layered 1.0");
  const folder = "usr/local/lib/python3.13/dist-packages";
  expect([...(await filesOf(layer)).keys()].filter((name) => !name.endsWith("/")).sort()).toEqual([
    `${folder}/datasette_layered-1.0.dist-info/METADATA`,
    `${folder}/datasette_layered-1.0.dist-info/entry_points.txt`,
    `${folder}/datasette_layered/__init__.pyc`,
    `${folder}/datasette_layered/static/app.js`,
    `${folder}/datasette_layered/templates/broken.py`,
  ]);
  const bytes = await buffer(layer.open());
  await rm(join(dir, "cache", "datasette-publish", "plugins"), { recursive: true });
  expect(await buffer((await plugins.addTo(runtime)).layers.at(-1)!.open())).toEqual(bytes);
  await writeFile((layer as LayerFile).path, "damaged");
  expect((await plugins.addTo(runtime)).layers.at(-1)?.descriptor).toEqual(layer.descriptor);
});

it("needs no index the second time, from the lock and the cache; nor other wheels when new ones have come out", async () => {
  await wheel({ name: "datasette-locked" });
  await (await open(["datasette-locked"])).wheels("linux/amd64");
  await wheel({ name: "datasette-locked", version: "2.0" });
  vi.stubEnv("PATH", "/nowhere");
  try {
    const [path = ""] = await (await open(["datasette-locked"])).wheels("linux/amd64");
    expect(path).toMatch(/datasette_locked-1\.0-/);
    await expect((await open(["datasette-locked>=1"])).wheels("linux/amd64")).rejects.toMatchObject({ code: "PIP_MISSING" });
  } finally {
    vi.stubEnv("PATH", process.env["PATH"]);
    vi.unstubAllEnvs();
    vi.stubEnv("PIP_NO_INDEX", "1");
    vi.stubEnv("PIP_FIND_LINKS", join(dir, "index"));
  }
});

it("fetches what the cache has lost, by its digest", async () => {
  await wheel({ name: "datasette-fetched" });
  const plugins = await open(["datasette-fetched"]);
  await plugins.wheels("linux/amd64");
  await rm(join(dir, "cache"), { recursive: true });
  expect(await plugins.wheels("linux/amd64")).toHaveLength(1);
  await rm(join(dir, "cache"), { recursive: true });
  await wheel({ name: "datasette-fetched", files: { "other.py": "" } });
  await expect(plugins.wheels("linux/amd64")).rejects.toMatchObject({ code: "RUNTIME_DOWNLOAD_FAILED" });
});

it("takes wheels by their paths and files of requirements, and knows when these have changed", async () => {
  const path = await writeWheel(join(dir, "mine"), { name: "datasette-mine" });
  await wheel({ name: "datasette-listed" });
  const file = join(dir, "requirements.txt");
  await writeFile(file, "datasette-listed  # a comment\n");
  const first = await open([path, `-r ${file}`]);
  expect(names(await first.pinned("linux/amd64"))).toEqual(["datasette-listed 1.0", "datasette-mine 1.0"]);
  await writeFile(file, "");
  const second = await open([path, `-r ${file}`]);
  expect(second.requirements.digest).not.toBe(first.requirements.digest);
  expect(names(await second.pinned("linux/amd64"))).toEqual(["datasette-mine 1.0"]);
});

it.each([
  ["git+https://example.org/a.git", "OPTION_INVALID"],
  ["https://example.org/a.zip", "OPTION_INVALID"],
  ["./folder", "OPTION_INVALID"],
  ["--index-url=https://example.org", "OPTION_INVALID"],
  ["", "OPTION_INVALID"],
  ["missing.whl", "INPUT_NOT_FOUND"],
  ["-r missing.txt", "INPUT_NOT_FOUND"],
])("refuses %j with %s, before anything is resolved", async (text, code) => {
  await expect(open([text])).rejects.toMatchObject({ code, facts: { option: "install" } });
});

it.each([["nothing-of-that-name"], ["base-lib>=2"], ["datasette-needs-more"]])("says what pip finds wrong with %s", async (text) => {
  await wheel({ name: "datasette-needs-more", requires: ["datasette>=1.0a1"] });
  await expect((await open([text])).pinned("linux/amd64")).rejects.toMatchObject({
    code: "PLUGIN_UNRESOLVABLE",
    facts: { requirements: text, datasette: "0.65.5" },
    remedies: [{ text: expect.stringContaining("pip says") as string }, { option: "datasetteVersion" }],
  });
});

/** An ELF file of x86-64 that needs one library. */
function elfThatNeeds(library: string): Uint8Array {
  const strings = Buffer.from(`\0${library}\0`);
  const [dynamicAt, stringsAt] = [64 + 2 * 56, 64 + 2 * 56 + 48];
  const elf = Buffer.alloc(stringsAt + strings.length);
  elf.write("\x7fELF\x02\x01\x01", "latin1");
  elf.writeUInt16LE(3, 16);
  elf.writeUInt16LE(62, 18);
  elf.writeBigUInt64LE(64n, 32);
  elf.writeUInt16LE(64, 52);
  elf.writeUInt16LE(56, 54);
  elf.writeUInt16LE(2, 56);
  const segment = (at: number, type: number, offset: number, sizeBytes: number): void => {
    elf.writeUInt32LE(type, at);
    for (const [field, value] of [
      [8, offset],
      [16, offset],
      [32, sizeBytes],
      [40, sizeBytes],
    ] as const)
      elf.writeBigUInt64LE(BigInt(value), at + field);
  };
  segment(64, 1, 0, elf.length);
  segment(120, 2, dynamicAt, 48);
  for (const [at, [tag, value]] of [
    [1, 1],
    [5, stringsAt],
    [0, 0],
  ].entries()) {
    elf.writeBigUInt64LE(BigInt(tag!), dynamicAt + 16 * at);
    elf.writeBigUInt64LE(BigInt(value!), dynamicAt + 16 * at + 8);
  }
  elf.set(strings, stringsAt);
  return elf;
}

it("refuses native code that needs a library which neither it nor the image has", async () => {
  const tag = "cp313-cp313-manylinux_2_28_x86_64";
  await wheel({ name: "native-lost", tag, files: { "lost.so": elfThatNeeds("libnowhere.so.7") } });
  await wheel({ name: "native-found", tag, files: { "found.so": elfThatNeeds("libsqlite3.so.0") } });
  await expect((await open(["native-lost"])).addTo(runtime)).rejects.toMatchObject({
    code: "PLUGIN_UNSUPPORTED",
    facts: { library: "libnowhere.so.7", file: expect.stringMatching(/lost\.so$/) as string },
  });
  expect((await (await open(["native-found"])).addTo(runtime)).layers.at(-1)?.createdBy).toBe(
    "datasette-publish: plugins native_found 1.0",
  );
});
