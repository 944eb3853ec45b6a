import { fork, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync } from "node:fs";
import { rm } from "node:fs/promises";
import { PublishError, toPublishError, type Environment, type ErrorJson, type PublishEvent } from "@datasette-publish/core";
import { asking, type Command, type Reply, type Verb, type Verbs } from "./messages.ts";

/** How a process is started. */
export interface WorkerOptions {
  /** Its folder for temporary files, which goes with it. */
  readonly tmp: string;
  /** What its environment is built from; no token is taken. */
  readonly env: Environment;
  /** Address of the module that finds providers. */
  readonly providers: string;
  /** The most that its JavaScript may take, in MB. Unset: 2048. */
  readonly heapMb?: number;
  /** Called when the process ends, and what it held is gone. */
  readonly onEnd?: () => void;
}

/** What goes with a command. */
export interface Call {
  readonly report?: (event: PublishEvent) => void;
  readonly signal?: AbortSignal;
}

interface Waiting extends Call {
  readonly resolve: (made: unknown) => void;
  readonly reject: (error: unknown) => void;
  isUndoable: boolean;
}

/** How long a command may take to end by itself once it is aborted, in milliseconds: a Stop is to end within a second. */
const graceMs = 500;

/** The variables that a process has: how programs are found, where a user's files are, and the way to the network. */
const harmless = ["PATH", "Path", "HOME", "USERPROFILE", "SystemRoot", "LANG", "LC_ALL", "TZ", "LOCALAPPDATA", "NODE_COMPILE_CACHE"];
const places = ["XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "DOCKER_HOST", "DOCKER_CONFIG", "NODE_EXTRA_CA_CERTS"];
const proxies = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

/** A process for a draft or for hosts, from the side that gives the commands. It is started when it is first needed. */
export class ChildWorker {
  readonly #options: WorkerOptions;
  readonly #waiting = new Map<number, Waiting>();
  #child: ChildProcess | undefined;
  #lastId = 0;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** The id of the process; undefined: none runs. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Whether it is doing something. */
  get isBusy(): boolean {
    return this.#waiting.size > 0;
  }

  /** Whether it changes something at a host right now, so that it is not to be killed. */
  get isUndoable(): boolean {
    return [...this.#waiting.values()].some(({ isUndoable }) => isUndoable);
  }

  /**
   * Has the process do something. Aborted, it is asked to stop, and killed when it does not within {@link graceMs}, unless it changes something at a host by then, or
   * others ask hosts by it.
   * @throws PublishError what the verb throws; `CANCELLED`; `INTERNAL` when the process ended by itself
   */
  async ask<V extends Verb>(verb: V, of: Verbs[V]["of"], { report, signal }: Call = {}): Promise<Verbs[V]["made"]> {
    if (signal?.aborted) throw cancelled();
    const child = (this.#child ??= this.#start());
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const waiting: Waiting = { resolve, reject, isUndoable: false, ...(report && { report }), ...(signal && { signal }) };
    this.#waiting.set(id, waiting);
    let kill: NodeJS.Timeout | undefined;
    const stop = (): void => {
      send(child, { id, verb: "abort" });
      kill = setTimeout(() => {
        if (asking.has(verb) && this.#waiting.size > 1) reject(cancelled());
        else if (!waiting.isUndoable) child.kill("SIGKILL");
      }, graceMs);
    };
    signal?.addEventListener("abort", stop, { once: true });
    send(child, { id, verb, of } as Command);
    try {
      return (await promise) as Verbs[V]["made"];
    } finally {
      clearTimeout(kill);
      signal?.removeEventListener("abort", stop);
      this.#waiting.delete(id);
      if ("keep" in of) queueMicrotask(() => send(child, { id, verb: "kept" }));
    }
  }

  /** Ends the process: at once, unless it changes something at a host; then it ends that by itself, and writes the outcome. */
  close(): void {
    const child = this.#child;
    if (child === undefined) return;
    if (this.isUndoable) child.disconnect();
    else child.kill("SIGKILL");
  }

  #start(): ChildProcess {
    const isSource = import.meta.url.endsWith(".ts");
    const { tmp, env, providers, heapMb = 2048 } = this.#options;
    mkdirSync(tmp, { recursive: true, mode: 0o700 });
    const kept = [...harmless, ...places, ...proxies].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
    const child = fork(new URL(`child.${isSource ? "ts" : "js"}`, import.meta.url), [providers], {
      env: { ...Object.fromEntries(kept), TMPDIR: tmp, TMP: tmp, TEMP: tmp, NODE_USE_ENV_PROXY: "1" },
      execArgv: [`--max-old-space-size=${heapMb}`, ...(isSource ? ["--conditions=source"] : [])],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      serialization: "advanced",
      // So that Ctrl-C in the terminal does not reach it.
      detached: true,
    });
    child.on("message", (reply: Reply) => this.#take(reply));
    child.once("error", (error) => this.#end(child, error));
    child.once("exit", (status, signal) => this.#end(child, new Error(`exit status ${status ?? signal}`)));
    child.unref();
    return child;
  }

  #take(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return;
    if ("event" in reply) waiting.report?.(reply.event);
    else if ("undoable" in reply) waiting.isUndoable = true;
    else if ("error" in reply) waiting.reject(toError(reply.error));
    else waiting.resolve(reply.made);
  }

  #end(child: ChildProcess, cause: Error): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    for (const { reject, signal } of this.#waiting.values()) reject(signal?.aborted ? cancelled() : ended(cause));
    removeTmp(this.#options.tmp);
    this.#options.onEnd?.();
  }
}

/** Moved away first, as the next process may be started at once. */
function removeTmp(tmp: string): void {
  const gone = `${tmp}.${randomUUID()}`;
  try {
    renameSync(tmp, gone);
  } catch {
    return;
  }
  void rm(gone, { recursive: true, force: true }).catch(() => {});
}

function send(child: ChildProcess, command: Command): void {
  if (child.connected) child.send(command, () => {});
}

function toError({ code, message, remedies, facts }: ErrorJson): PublishError {
  return new PublishError(code, message, remedies, facts);
}

function cancelled(): PublishError {
  return toPublishError(new DOMException("Cancelled", "AbortError"));
}

function ended(cause: Error): PublishError {
  const message = `The work ended unexpectedly (${cause.message}).`;
  return new PublishError("INTERNAL", message, { action: "retry", note: "and report this if it happens again" }, {}, cause);
}
