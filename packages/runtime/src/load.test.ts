import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { runtimeFile, spatialiteFile } from "./folders.ts";
import { lineOf } from "./lines.ts";
import { loadRuntime } from "./load.ts";
import { loadSpatialite } from "./spatialite.ts";
import { wheelFiles } from "./wheels.ts";

const platform = { os: "linux", architecture: "amd64" } as const;
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "runtime-test-"));
});
afterEach(() => rm(dir, { recursive: true }));

it("finds layers beside the runtime's file, whole ones only", async () => {
  const load = () => loadRuntime(platform, "1.0", dir);
  const facts = { platform: "linux/amd64", version: "1.0a41" };
  await expect(load()).rejects.toMatchObject({ code: "RUNTIME_MISSING", facts });
  const digest = `sha256:${createHash("sha256").update("a layer").digest("hex")}`;
  await writeFile(
    join(dir, runtimeFile(platform, "1.0")),
    JSON.stringify({ platform, layers: [{ descriptor: { digest }, path: "layer" }] }),
  );
  await expect(load()).rejects.toMatchObject({ code: "RUNTIME_MISSING" });
  await writeFile(join(dir, "layer"), "a layer");
  expect(await load()).toMatchObject({ layers: [{ path: join(dir, "layer") }] });
  await writeFile(join(dir, "layer"), "another");
  await expect(load()).rejects.toMatchObject({ code: "RUNTIME_MISSING" });
  await expect(loadRuntime(platform, "0.65", dir)).rejects.toMatchObject({ code: "RUNTIME_MISSING" });
});

it("finds SpatiaLite's layer beside its file, a whole one only", async () => {
  const load = () => loadSpatialite(platform, dir);
  const missing = { code: "RUNTIME_MISSING", facts: { platform: "linux/amd64" } };
  await expect(load()).rejects.toMatchObject(missing);
  const digest = `sha256:${createHash("sha256").update("a layer").digest("hex")}`;
  await writeFile(join(dir, spatialiteFile), JSON.stringify({ version: "5.1.0", layer: { descriptor: { digest }, path: "layer" } }));
  await writeFile(join(dir, "layer"), "another");
  await expect(load()).rejects.toMatchObject(missing);
  await writeFile(join(dir, "layer"), "a layer");
  expect(await load()).toMatchObject({ version: "5.1.0", layer: { path: join(dir, "layer") } });
});

it("finds the wheels of a line, or says that there are none", async () => {
  await expect(wheelFiles("0.65", dir)).rejects.toMatchObject({ code: "RUNTIME_MISSING" });
  await writeFile(join(dir, "0.65.json"), '["a.whl", "b.whl"]');
  expect(await wheelFiles("0.65", dir)).toEqual([join(dir, "a.whl"), join(dir, "b.whl")]);
});

it.each([
  ["0.65", "0.65"],
  ["0.65.5", "0.65"],
  ["1.0a", "1.0"],
  ["1.0a41", "1.0"],
])("knows Datasette %s as the line %s", (version, line) => {
  expect(lineOf(version)).toBe(line);
});

it.each(["0.64", "0.65.4", "1.0", "1.0a40", "main", ""])("names what there is instead of Datasette %s", (version) => {
  const remedies = [
    { action: "set-option", option: "datasetteVersion", value: "0.65" },
    { action: "set-option", option: "datasetteVersion", value: "1.0a" },
    { action: "set-option", option: "builder", value: "dockerfile" },
  ];
  expect(() => lineOf(version)).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID", remedies: remedies.map((one) => expect.objectContaining(one) as object) }) as Error,
  );
});
