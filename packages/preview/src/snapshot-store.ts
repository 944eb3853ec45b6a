import { once } from "node:events";
import { mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { replaceFile, step, type Context } from "@datasette-publish/core";
import { previewError, SnapshotUnusable, startBridge, threadUrl, type Bridge } from "./bridge.ts";
import type { FromMaker, MakerData } from "./messages.ts";
import { snapshotKey } from "./snapshot.ts";
import { isWebAssembly } from "./unpack-wheels.ts";

/** The folder of this package that its snapshot is shipped in. */
export const shippedDir = fileURLToPath(new URL("../snapshot", import.meta.url));

/** Path of the snapshot with this key in a folder. */
export function snapshotPath(dir: string, key: string): string {
  return join(dir, `${key.slice(0, 16)}.snapshot`);
}

/**
 * Boots Python from the first usable snapshot in `dirs`. Where there is none, makes one and keeps it in `cacheDir`.
 * Native code is not in the memory that a snapshot holds: with a wheel that has some, Python boots from the wheels.
 * @throws PublishError `PREVIEW_FAILED`
 */
export async function bootPython(
  wheels: readonly string[],
  dirs: readonly string[],
  cacheDir: string | undefined,
  ctx: Context,
): Promise<Bridge> {
  if (wheels.some(isWebAssembly)) return await startBridge({ wheels }, ctx);
  const key = await snapshotKey(wheels);
  for (const dir of cacheDir === undefined ? dirs : [...dirs, cacheDir]) {
    const bridge = await startFrom(snapshotPath(dir, key), key, ctx);
    if (bridge !== null) return bridge;
  }
  return await step(ctx, "preview.snapshot", "Prepare Datasette for previews, once", async () => {
    const bytes = await makeSnapshot({ wheels, key }, ctx.signal);
    if (cacheDir !== undefined) await keepSnapshot(snapshotPath(cacheDir, key), bytes).catch(sayNotKept(ctx));
    return await startBridge({ snapshot: bytes, key }, ctx);
  });
}

/** Null when there is no such file, or it cannot be used. */
async function startFrom(path: string, key: string, ctx: Context): Promise<Bridge | null> {
  if ((await stat(path).catch(() => null)) === null) return null;
  try {
    return await startBridge({ snapshot: path, key }, ctx);
  } catch (error) {
    if (error instanceof SnapshotUnusable) return null;
    throw error;
  }
}

/** The bytes of a snapshot's file; made in a thread of its own. */
export async function makeSnapshot(data: MakerData, signal?: AbortSignal): Promise<Uint8Array> {
  signal?.throwIfAborted();
  const worker = new Worker(threadUrl("snapshot-worker"), { workerData: data, stdout: true, stderr: true });
  try {
    const [message] = (await once(worker, "message", signal === undefined ? {} : { signal })) as [FromMaker];
    if (message.type === "made") return message.bytes;
    throw previewError(message.message);
  } finally {
    await worker.terminate();
  }
}

/** Makes the folder where it is not there. */
export async function keepSnapshot(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await replaceFile(path, bytes, 0o600);
}

/** A folder that cannot be written costs time at every boot, and nothing else. */
function sayNotKept(ctx: Context): (error: unknown) => void {
  return (error) => {
    const problem = error instanceof Error ? error.message : String(error);
    ctx.report({ type: "output", id: "preview", text: `Datasette's snapshot cannot be kept: ${problem}` });
  };
}
