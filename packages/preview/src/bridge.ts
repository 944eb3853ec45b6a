import { Worker } from "node:worker_threads";
import { PublishError, warn, type Context } from "@datasette-publish/core";
import type { FromWorker, PlainRequest, ToWorker, WorkerData } from "./messages.ts";

/** The source file when this runs from source, the compiled one when this is compiled. */
const workerUrl = import.meta.url.endsWith(".ts") ? new URL("./worker.ts", import.meta.url) : new URL("./worker.js", import.meta.url);

/** What becomes of one response; `chunk` calls `taken` when it can have more. */
export interface ResponseSink {
  head(status: number, headers: readonly [string, string][]): void;
  chunk(bytes: Uint8Array, taken: () => void): void;
  end(): void;
  broken(message: string): void;
}

/** The running Datasette, seen from the main thread. */
export interface Bridge {
  /** Starts a request; the returned function gives it up. */
  send(request: PlainRequest, sink: ResponseSink): () => void;
  close(): Promise<void>;
}

/**
 * Boots Datasette in a worker thread.
 * @throws PublishError `PREVIEW_FAILED` with Datasette's own message.
 */
export async function startBridge(workerData: WorkerData, ctx: Context): Promise<Bridge> {
  ctx.signal?.throwIfAborted();
  const worker = new Worker(workerUrl, { workerData, stdout: true, stderr: true });
  const bridge = new WorkerBridge(worker, ctx);
  const abort = (): void => bridge.fail(ctx.signal?.reason);
  ctx.signal?.addEventListener("abort", abort, { once: true });
  try {
    await bridge.ready;
    return bridge;
  } catch (error) {
    await bridge.close();
    throw error;
  } finally {
    ctx.signal?.removeEventListener("abort", abort);
  }
}

class WorkerBridge implements Bridge {
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #ctx: Context;
  readonly #boot = Promise.withResolvers<void>();
  readonly #sinks = new Map<number, ResponseSink>();
  #lastId = 0;
  #stopped = false;

  constructor(worker: Worker, ctx: Context) {
    this.#worker = worker;
    this.#ctx = ctx;
    this.ready = this.#boot.promise;
    worker.on("message", (message: FromWorker) => this.#receive(message));
    worker.on("error", (error) => this.fail(previewError(error instanceof Error ? error.message : String(error), error)));
    worker.on("exit", (status) => this.fail(previewError(`its thread ended with status ${status}`)));
  }

  send(request: PlainRequest, sink: ResponseSink): () => void {
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
  }

  async close(): Promise<void> {
    this.fail(new Error("closed"));
    await this.#worker.terminate();
  }

  fail(reason: unknown): void {
    this.#stopped = true;
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
    if (message.type === "ready") this.#boot.resolve();
    else if (message.type === "failed") this.fail(previewError(message.message));
    else if (message.type === "output") this.#ctx.report({ type: "output", id: "preview", text: message.text });
    else if (message.type === "warned") warn(this.#ctx, "PLUGIN_NATIVE", message.message);
    else this.#respond(message);
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

function previewError(problem: string, cause?: unknown): PublishError {
  const hint = "Correct the metadata, the setting or the plugin that Datasette names.";
  return new PublishError("PREVIEW_FAILED", `Datasette cannot start: ${problem}`, hint, { datasette: problem }, cause);
}
