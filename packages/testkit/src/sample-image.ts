import { join } from "node:path";
import { assemble, emptyServe, writeLayer, type Image, type Runtime, type Site, type SitePlatform } from "@datasette-publish/core";

const ctx = { report: () => {} };

/**
 * A small image that engines and registries take as any other, assembled as a site is; what is in it does not run.
 *
 * @param dir where its blobs are written
 * @param data what stands for the database
 */
export async function sampleImage(dir: string, data: Uint8Array, architecture: SitePlatform["architecture"] = "amd64"): Promise<Image> {
  const python = { name: "usr/bin/python3.13", mode: 0o755, source: new TextEncoder().encode(architecture) };
  const runtime: Runtime = {
    platform: { os: "linux", architecture },
    layers: [await writeLayer([python, { name: "tmp", mode: 0o1777, type: "directory" }], dir, "sample runtime", ctx)],
    entrypoint: ["/usr/bin/python3.13"],
    env: ["LANG=C.UTF-8"],
    user: "1000:1000",
    datasetteVersion: "0.65.5",
    pythonVersion: "3.13.5",
    lockedAt: "2026-11-30T00:00:00Z",
    lockSha256: "0".repeat(64),
  };
  const database = await writeLayer([{ name: "data/data.db", mode: 0o444, source: data }], dir, "sample data", ctx);
  const site: Site = { name: "sample", dataset: { databases: [], sources: [], unreadable: [] }, serve: emptyServe };
  return assemble(site, { ...runtime, layers: [...runtime.layers, database] }, join(dir, "site"), ctx);
}
