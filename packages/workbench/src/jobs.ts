import { setTimeout as wait } from "node:timers/promises";
import type { PublishEvent } from "@datasette-publish/core";
import type { Job, JobEvent } from "./protocol.ts";
import { lookMs, type JobEnd, type JobStart, type JobStore } from "./store/job-store.ts";
import { endOf } from "./worker/outcome.ts";

/** What a job gets: where its events go, and what stops it. */
export interface JobCall {
  readonly job: string;
  readonly report: (event: PublishEvent) => void;
  readonly signal: AbortSignal;
}

/** The jobs that this process runs, and the events of all. */
export class Jobs {
  readonly #store: JobStore;
  readonly #running = new Map<string, { readonly stop: AbortController; readonly ended: Promise<void> }>();
  readonly #wakes = new Map<string, Set<() => void>>();
  readonly #looking: NodeJS.Timeout;
  #isClosed = false;

  constructor(store: JobStore) {
    this.#store = store;
    this.#looking = setInterval(() => {
      if (this.#running.size > 0) for (const job of store.stopsAsked()) this.stop(job);
    }, lookMs).unref();
  }

  /**
   * Starts a job, which ends as `work` does: with what it returns, or failed or cancelled where it throws.
   * @throws PublishError `JOB_RUNNING`
   */
  start(of: JobStart, work: (call: JobCall) => Promise<JobEnd>): Job {
    const job = this.#store.start(of);
    const stop = new AbortController();
    const report = (event: PublishEvent): void => {
      if (this.#isClosed) return;
      this.#store.append(job.id, event);
      this.#wake(job.id);
    };
    const ended = work({ job: job.id, report, signal: stop.signal })
      .catch(endOf)
      .then((end) => {
        this.#running.delete(job.id);
        if (this.#isClosed) return;
        this.#store.end(job.id, end);
        this.#wake(job.id);
      });
    this.#running.set(job.id, { stop, ended });
    return job;
  }

  /** Asks a job to stop, also one that another process runs; one that is not there, or has ended, is as it is to be. */
  stop(job: string): void {
    const own = this.#running.get(job);
    if (own === undefined) this.#store.askToStop(job);
    else own.stop.abort();
  }

  /** A job as it is now. */
  get(job: string): Job | undefined {
    return this.#store.get(job);
  }

  /** A job once it has ended; at once where it does not run here. */
  async ended(job: string): Promise<Job | undefined> {
    await this.#running.get(job)?.ended;
    return this.#store.get(job);
  }

  /** The events of a job after a number, those to come included, until it ends; of a job that another process runs too. */
  async *events(job: string, after = 0, signal?: AbortSignal): AsyncGenerator<JobEvent> {
    let last = after;
    const isOver = (): boolean => signal?.aborted === true || this.#isClosed;
    while (!isOver()) {
      const isRunning = this.#store.get(job)?.state === "running";
      for (const event of this.#store.eventsAfter(job, last)) {
        last = event.number;
        yield event;
      }
      if (!isRunning) return;
      await this.#woken(job, last, signal);
    }
  }

  /** Stops what runs, and waits for it, but for those that `goesOn` says to go on without this process. */
  async close(goesOn: (job: string) => boolean): Promise<void> {
    const stopping = [...this.#running].filter(([job]) => !goesOn(job));
    for (const [, { stop }] of stopping) stop.abort();
    await Promise.all(stopping.map(([, { ended }]) => ended));
    clearInterval(this.#looking);
    this.#isClosed = true;
    for (const job of this.#wakes.keys()) this.#wake(job);
  }

  #wake(job: string): void {
    for (const wake of this.#wakes.get(job) ?? []) wake();
  }

  async #woken(job: string, last: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wakes = this.#wakes.get(job) ?? new Set();
    this.#wakes.set(job, wakes.add(resolve));
    const over = new AbortController();
    const either = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
    // Something may have come between the look and the wait.
    const hasMore = this.#store.eventsAfter(job, last).length > 0;
    if (!hasMore) await Promise.race([promise, wait(lookMs, undefined, { signal: either }).catch(() => {})]);
    over.abort();
    wakes.delete(resolve);
    if (wakes.size === 0) this.#wakes.delete(job);
  }
}
