import { readFile } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { PyodideAPI } from "pyodide";
import { lastLine, loadFromSnapshot, loadFromWheels } from "./interpreter.ts";
import { layOut } from "./layout.ts";
import type { FromSnapshot, FromWorker, PlainSite, ToWorker, WorkerData } from "./messages.ts";
import { addPlugins } from "./plugins.ts";
import { openSnapshot } from "./snapshot.ts";

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

const waiting = new Map<number, () => void>();

function post(message: FromWorker): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage(message);
}

function print(text: string): void {
  post({ type: "output", text });
}

async function load(data: WorkerData): Promise<PyodideAPI | null> {
  try {
    const python = "wheels" in data ? (await loadFromWheels(data.wheels, print)).python : await loadKept(data);
    post({ type: "loaded" });
    return python;
  } catch (error) {
    post({ type: "wheels" in data ? "failed" : "unusable", message: lastLine(error) });
    return null;
  }
}

async function loadKept({ snapshot, key }: FromSnapshot): Promise<PyodideAPI> {
  return await loadFromSnapshot(openSnapshot(typeof snapshot === "string" ? await readFile(snapshot) : snapshot, key), print);
}

async function open(python: PyodideAPI, site: PlainSite): Promise<void> {
  try {
    layOut(python, site);
    for (const [plugin, problem] of await addPlugins(python, site.plugins)) post({ type: "left-out", plugin, problem });
    const problem = (await python.globals.get("boot")(site.args, site.workingDir)) as string | undefined;
    post(problem === undefined ? { type: "ready" } : { type: "failed", message: problem });
  } catch (error) {
    post({ type: "failed", message: lastLine(error) });
  }
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

const python = await load(workerData as WorkerData);
if (python !== null) {
  const handle = python.globals.get("handle") as Handle;
  const cancel = python.globals.get("cancel") as (id: number) => void;
  parentPort?.on("message", (message: ToWorker) => {
    if (message.type === "site") void open(python, message.site);
    else if (message.type === "request") void serve(handle, message);
    else if (message.type === "taken") waiting.get(message.id)?.();
    else cancel(message.id);
  });
}
