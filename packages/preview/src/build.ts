// Makes the snapshot that the package ships: `pnpm run snapshot:build`.
import { wheelFiles } from "@datasette-publish/runtime";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { openSnapshot, snapshotKey } from "./snapshot.ts";
import { keepSnapshot, makeSnapshot, shippedDir, snapshotPath } from "./snapshot-store.ts";

const wheels = await wheelFiles();
const key = await snapshotKey(wheels);
const path = snapshotPath(shippedDir, key);

const isThere = await readFile(path)
  .then(async (bytes) => (await openSnapshot(bytes, key).content).files.length > 0)
  .catch(() => false);
if (!isThere) {
  const bytes = await makeSnapshot({ wheels, key });
  for (const name of await readdir(shippedDir).catch(() => [])) await rm(join(shippedDir, name));
  await keepSnapshot(path, bytes);
  console.log(`${path}: ${(bytes.length / 1e6).toFixed(1)} MB`);
}
