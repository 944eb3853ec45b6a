import { Worker } from "node:worker_threads";
import { PublishError, warn, type Context } from "@datasette-publish/core";
import type { FromWorker, PlainRequest, PlainSite, ToWorker, WorkerData } from "./messages.ts";

/** A thread's source file when this runs from source, the compiled one when this is compiled. */
export function threadUrl(name: string): URL {
  return new URL(`./${name}.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url);
}

/** The snapshot is damaged, or of another Pyodide, other wheels or another version of us. */
export class SnapshotUnusable extends Error {}

/** What becomes of one response; `chunk` calls `taken` when it can have more. */
export interface ResponseSink {
  head(status: number, headers: readonly [string, string][]): void;
  chunk(bytes: Uint8Array, taken: () => void): void;
  end(): void;
  broken(message: string): void;
}

/** Starts a request; the returned function gives it up. */
export type Send = (request: PlainRequest, sink: ResponseSink) => () => void;

/** A Python with Datasette in a thread, seen from the main thread. */
export interface Bridge {
  /**
   * Starts Datasette on a site, once.
   * @throws PublishError `PREVIEW_FAILED` with Datasette's own message.
   */
  open(site: PlainSite): Promise<void>;
  /** Names of the plugins that could not be imported, once it is open. */
  readonly leftOut: readonly string[];
  readonly send: Send;
  close(): Promise<void>;
}

/**
 * Boots Python in a worker thread.
 * @throws SnapshotUnusable
 */
export async function startBridge(workerData: WorkerData, ctx: Context): Promise<Bridge> {
  ctx.signal?.throwIfAborted();
  const worker = new Worker(threadUrl("worker"), { workerData, stdout: true, stderr: true });
  const bridge = new WorkerBridge(worker, ctx);
  return await bridge.whileNotAborted(bridge.loaded);
}

class WorkerBridge implements Bridge {
  readonly loaded: Promise<this>;
  readonly leftOut: string[] = [];
  readonly #worker: Worker;
  readonly #ctx: Context;
  readonly #load = Promise.withResolvers<this>();
  readonly #boot = Promise.withResolvers<this>();
  readonly #sinks = new Map<number, ResponseSink>();
  #lastId = 0;
  #stopped = false;

  constructor(worker: Worker, ctx: Context) {
    this.#worker = worker;
    this.#ctx = ctx;
    this.loaded = this.#load.promise;
    for (const { promise } of [this.#load, this.#boot]) promise.catch(() => {});
    worker.on("message", (message: FromWorker) => this.#receive(message));
    worker.on("error", (error) => this.#fail(previewError(error instanceof Error ? error.message : String(error), error)));
    worker.on("exit", (status) => this.#fail(previewError(`its thread ended with status ${status}`)));
  }

  async open(site: PlainSite): Promise<void> {
    this.#post({ type: "site", site });
    await this.whileNotAborted(this.#boot.promise);
  }

  readonly send: Send = (request, sink) => {
    if (this.#stopped) {
      sink.broken("Datasette has stopped");
      return () => {};
    }
    const id = ++this.#lastId;
    this.#sinks.set(id, sink);
    this.#post({ type: "request", id, ...request });
    return () => {
      if (this.#sinks.delete(id)) this.#post({ type: "cancel", id });
    };
  };

  async close(): Promise<void> {
    this.#fail(new Error("closed"));
    await this.#worker.terminate();
  }

  /** Ends the thread when the wait for it fails or is aborted. */
  async whileNotAborted<T>(work: Promise<T>): Promise<T> {
    const abort = (): void => this.#fail(this.#ctx.signal?.reason);
    this.#ctx.signal?.addEventListener("abort", abort, { once: true });
    try {
      return await work;
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      this.#ctx.signal?.removeEventListener("abort", abort);
    }
  }

  #fail(reason: unknown): void {
    this.#stopped = true;
    this.#load.reject(reason);
    this.#boot.reject(reason);
    const sinks = [...this.#sinks.values()];
    this.#sinks.clear();
    for (const sink of sinks) sink.broken("Datasette has stopped");
  }

  #post(message: ToWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
    this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    if (message.type === "loaded") this.#load.resolve(this);
    else if (message.type === "left-out") this.#leaveOut(message);
    else if (message.type === "unusable") this.#fail(new SnapshotUnusable(message.message));
    else if (message.type === "ready") this.#boot.resolve(this);
    else if (message.type === "failed") this.#fail(previewError(message.message));
    else if (message.type === "output") this.#ctx.report({ type: "output", id: "preview", text: message.text });
    else this.#respond(message);
  }

  #leaveOut({ plugin, problem }: Extract<FromWorker, { type: "left-out" }>): void {
    this.leftOut.push(plugin);
    warn(this.#ctx, "PLUGIN_LEFT_OUT", `The preview leaves out ${plugin}, which cannot be imported there (${problem}).`, {
      plugin,
      problem,
    });
  }

  #respond(message: Extract<FromWorker, { id: number }>): void {
    const { id, type } = message;
    const sink = this.#sinks.get(id);
    if (sink === undefined) return;
    if (type === "head") sink.head(message.status, message.headers);
    else if (type === "chunk") sink.chunk(message.bytes, () => this.#post({ type: "taken", id }));
    else {
      this.#sinks.delete(id);
      if (type === "end") sink.end();
      else sink.broken(message.message);
    }
  }
}

/** Datasette does not start, for the reason that it gives. */
export function previewError(problem: string, cause?: unknown): PublishError {
  const hint = "Correct the metadata, the setting or the plugin that Datasette names.";
  return new PublishError("PREVIEW_FAILED", `Datasette cannot start: ${problem}`, hint, { datasette: problem }, cause);
}
