import { basename, dirname } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { loadPyodide, type PyodideAPI } from "pyodide";
import type { FromWorker, ToWorker, WorkerData } from "./messages.ts";
import { shim } from "./shim.ts";
import { readWheel, writeWheel } from "./unpack-wheels.ts";

type Handle = (
  id: number,
  method: string,
  target: string,
  headers: string,
  body: Uint8Array,
  head: (id: number, status: number, headers: string) => void,
  chunk: (id: number, body: PyBytes) => Promise<void>,
) => Promise<void>;

interface PyBytes {
  toJs(): Uint8Array;
  destroy(): void;
}

const data = workerData as WorkerData;
const waiting = new Map<number, () => void>();

function post(message: FromWorker): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage(message);
}

function print(text: string): void {
  post({ type: "output", text });
}

async function boot(): Promise<PyodideAPI> {
  const options = { stdout: print, stderr: print, env: { HOME: "/home/pyodide" } };
  const [python, wheels] = await Promise.all([loadPyodide(options), Promise.all(data.wheels.map(readWheel))]);
  for (const wheel of wheels)
    if (wheel.nativePlugin) post({ type: "warned", message: `${basename(wheel.path)} has native code: the preview leaves it out.` });
    else writeWheel(python.FS, "/site-packages", wheel);
  if (data.bytecodeDir !== null) {
    python.mountNodeFS("/bytecode", data.bytecodeDir);
    python.runPython('import sys; sys.pycache_prefix = "/bytecode"; sys.dont_write_bytecode = False');
  }
  const immutables = mountDatabases(python);
  await python.runPythonAsync(shim);
  const { settings, metadata, inspectData } = data;
  await python.globals.get("boot")(JSON.stringify({ immutables, settings, metadata, inspectData }));
  return python;
}

/** Mounts each database's folder and links the file, under the name it has in the image, into `/databases`. */
function mountDatabases(python: PyodideAPI): string[] {
  python.FS.mkdirTree("/databases");
  const mounts = new Map<string, string>();
  return data.databases.map(({ fileName, path }) => {
    const dir = dirname(path);
    const mount = mounts.get(dir) ?? `/folders/${mounts.size}`;
    if (!mounts.has(dir)) python.mountNodeFS(mount, dir);
    mounts.set(dir, mount);
    python.FS.symlink(`${mount}/${basename(path)}`, `/databases/${fileName}`);
    return `/databases/${fileName}`;
  });
}

function sendHead(id: number, status: number, headers: string): void {
  post({ type: "head", id, status, headers: JSON.parse(headers) as [string, string][] });
}

/** Resolves when the main thread has taken the chunk; so a slow client slows Datasette, and a cancel can come between. */
async function sendChunk(id: number, body: PyBytes): Promise<void> {
  const bytes = body instanceof Uint8Array ? body : body.toJs();
  const { promise, resolve } = Promise.withResolvers<void>();
  waiting.set(id, resolve);
  post({ type: "chunk", id, bytes });
  await promise;
}

async function serve(handle: Handle, message: Extract<ToWorker, { type: "request" }>): Promise<void> {
  const { id, method, target, headers, body } = message;
  try {
    await handle(id, method, target, JSON.stringify(headers), body, sendHead, sendChunk);
    post({ type: "end", id });
  } catch (error) {
    post({ type: "broken", id, message: lastLine(error) });
  } finally {
    waiting.delete(id);
  }
}

/** The last line of a Python traceback, which names the exception. */
function lastLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split("\n").at(-1) ?? text;
}

try {
  const python = await boot();
  const handle = python.globals.get("handle") as Handle;
  const cancel = python.globals.get("cancel") as (id: number) => void;
  parentPort?.on("message", (message: ToWorker) => {
    if (message.type === "request") void serve(handle, message);
    else if (message.type === "taken") waiting.get(message.id)?.();
    else cancel(message.id);
  });
  post({ type: "ready" });
} catch (error) {
  post({ type: "failed", message: lastLine(error) });
}
