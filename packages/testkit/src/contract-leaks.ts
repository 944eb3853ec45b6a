import { buffer } from "node:stream/consumers";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import type { Image } from "@datasette-publish/core";
import { unpackLayer } from "@datasette-publish/core/oci";

const pauseMs = 10;

/** Everything that `look` finds at any time while `work` runs, each once. Fails as `work` does. */
export async function watchWhile(work: () => Promise<unknown>, look: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const found = new Set<string>();
  const done = new AbortController();
  const watch = async (): Promise<void> => {
    while (!done.signal.aborted) {
      for (const place of await look()) found.add(place);
      await sleep(pauseMs);
    }
  };
  await Promise.all([work().finally(() => done.abort()), watch()]);
  return [...found];
}

/** Every file below `dir` that holds one of `secrets`, compressed or not. */
export async function leaksInFiles(dir: string, secrets: readonly string[]): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(unlessGone([]));
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const leaks: string[] = [];
  for (const path of paths) {
    const bytes = await readFile(path).catch(unlessGone(Buffer.alloc(0)));
    if (holds(bytes, secrets) || holds(unpacked(bytes), secrets)) leaks.push(path);
  }
  return leaks;
}

/** Every process whose arguments hold one of `secrets`; none where there is no `/proc`. */
export async function leaksInProcesses(secrets: readonly string[]): Promise<readonly string[]> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const leaks: string[] = [];
  for (const pid of pids) {
    const cmdline = await readFile(`/proc/${pid}/cmdline`).catch(() => Buffer.alloc(0));
    if (holds(cmdline, secrets)) leaks.push(`process ${cmdline.toString().split("\0")[0]}`);
  }
  return leaks;
}

/** Every part of an image that holds one of `secrets`: config, manifest, layers as they unpack. */
export async function leaksInImage(image: Image, secrets: readonly string[]): Promise<readonly string[]> {
  const leaks: string[] = [];
  if (holds(Buffer.from(image.config), secrets)) leaks.push("config");
  if (holds(Buffer.from(image.manifest), secrets)) leaks.push("manifest");
  for (const layer of image.layers) if (holds(await buffer(unpackLayer(layer)), secrets)) leaks.push(`layer ${layer.createdBy}`);
  return leaks;
}

function holds(bytes: Buffer, secrets: readonly string[]): boolean {
  return secrets.some((secret) => bytes.includes(secret) || bytes.includes(Buffer.from(secret).toString("base64").replace(/=+$/, "")));
}

/** What a gzip file holds; a file that is none, or not whole yet, as it is. */
function unpacked(bytes: Buffer): Buffer {
  if (bytes.length < 2 || bytes.readUInt16BE(0) !== 0x1f8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch {
    return bytes;
  }
}

/** A folder under way loses files. */
function unlessGone<T>(otherwise: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT") return otherwise;
    throw error;
  };
}
