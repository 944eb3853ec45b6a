import type { DatabaseSync } from "node:sqlite";
import { PublishError, type ErrorJson, type Facts, type PublishEvent } from "@datasette-publish/core";
import type { Job, JobEvent, JobKind, JobState } from "../protocol.ts";
import { newId } from "./open-store.ts";

/** How long a job counts as running when its process says nothing, in milliseconds. */
export const leaseMs = 10_000;

/** How often a process looks for what others did to jobs, in milliseconds. */
export const lookMs = 250;

/** How a job came out. */
export interface JobEnd {
  readonly state: Exclude<JobState, "running">;
  readonly error?: ErrorJson;
  readonly result?: unknown;
}

/** What a job is started with. */
export interface JobStart {
  readonly kind: JobKind;
  readonly draft?: string | null;
  readonly site?: string | null;
}

const jobColumns = "id, draft, site, kind, state, error, result, started_ms AS startedMs, ended_ms AS endedMs";

/** The jobs of one owner, with their events. */
export class JobStore {
  readonly #db: DatabaseSync;
  readonly #owner: string;
  readonly #holder: string;

  /** `holder` stands for this process, which has to {@link JobStore.renew} the leases of its jobs. */
  constructor(db: DatabaseSync, owner: string, holder: string) {
    this.#db = db;
    this.#owner = owner;
    this.#holder = holder;
  }

  /**
   * Starts a job: one at a time for a draft, and one at a time that changes a site.
   * @throws PublishError `JOB_RUNNING`
   */
  start({ kind, draft = null, site = null }: JobStart): Job {
    const id = newId();
    const now = Date.now();
    const sql = `INSERT INTO jobs (id, owner, draft, site, kind, state, started_ms, lease_by, lease_until_ms) VALUES (?, ?, ?, ?, ?, 'running', ?, ?, ?)`;
    try {
      this.#db.prepare(sql).run(id, this.#owner, draft, site, kind, now, this.#holder, now + leaseMs);
    } catch (error) {
      throw error instanceof Error && error.message.includes("UNIQUE") ? alreadyRunning(kind, error) : error;
    }
    return this.get(id)!;
  }

  get(id: string): Job | undefined {
    const row = this.#db.prepare(`SELECT ${jobColumns} FROM jobs WHERE id = ? AND owner = ?`).get(id, this.#owner);
    return row && toJob(row);
  }

  /** Of a draft or a site, the newest first. */
  list(of: { readonly draft: string } | { readonly site: string }): Job[] {
    const [column, value] = "draft" in of ? ["draft", of.draft] : ["site", of.site];
    const sql = `SELECT ${jobColumns} FROM jobs WHERE ${column} = ? AND owner = ? ORDER BY started_ms DESC, rowid DESC`;
    return this.#db.prepare(sql).all(value, this.#owner).map(toJob);
  }

  /** Keeps an event of a job under the next number. */
  append(job: string, event: PublishEvent): JobEvent {
    const atMs = Date.now();
    const sql = `INSERT INTO events (job, number, owner, at_ms, event)
      SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4 FROM events WHERE job = ?1 RETURNING number`;
    const { number } = this.#db.prepare(sql).get(job, this.#owner, atMs, JSON.stringify(event)) as { number: number };
    return { number, atMs, event };
  }

  /** The events of a job after a number; 0: all. */
  eventsAfter(job: string, number: number): JobEvent[] {
    const sql = "SELECT number, at_ms AS atMs, event FROM events WHERE job = ? AND owner = ? AND number > ? ORDER BY number";
    const rows = this.#db.prepare(sql).all(job, this.#owner, number) as { number: number; atMs: number; event: string }[];
    return rows.map((row) => ({ ...row, event: JSON.parse(row.event) as PublishEvent }));
  }

  /** Ends a job that runs; returns whether it still ran. */
  end(job: string, { state, error, result }: JobEnd): boolean {
    const sql = "UPDATE jobs SET state = ?, error = ?, result = ?, ended_ms = ? WHERE id = ? AND owner = ? AND state = 'running'";
    return Number(this.#db.prepare(sql).run(state, toText(error), toText(result), Date.now(), job, this.#owner).changes) > 0;
  }

  /** Says that this process still works on its jobs; within {@link leaseMs} again. */
  renew(): void {
    this.#db.prepare("UPDATE jobs SET lease_until_ms = ? WHERE lease_by = ? AND state = 'running'").run(Date.now() + leaseMs, this.#holder);
  }

  /** Asks whatever process works on a job to stop it; it looks for that every {@link lookMs}. */
  askToStop(job: string): void {
    this.#db.prepare("UPDATE jobs SET stop_asked = 1 WHERE id = ? AND owner = ? AND state = 'running'").run(job, this.#owner);
  }

  /** The jobs of this process that are asked to stop. */
  stopsAsked(): string[] {
    const sql = "SELECT id FROM jobs WHERE lease_by = ? AND state = 'running' AND stop_asked";
    return (this.#db.prepare(sql).all(this.#holder) as { id: string }[]).map(({ id }) => id);
  }

  /** Goes on with a job in the place of a process that is gone. */
  takeOver(job: string): void {
    this.#db
      .prepare("UPDATE jobs SET lease_by = ?, lease_until_ms = ? WHERE id = ? AND owner = ? AND state = 'running'")
      .run(this.#holder, Date.now() + leaseMs, job, this.#owner);
  }

  /**
   * Removes events and jobs that ended before: of each draft and site the newest job of a kind stays, without its events, and so does the
   * job of each version.
   */
  prune(beforeMs: number): void {
    const old = "owner = ? AND state <> 'running' AND ended_ms < ?";
    const isNewest = `NOT EXISTS (SELECT 1 FROM jobs other WHERE other.kind = jobs.kind AND other.draft IS jobs.draft AND other.site IS jobs.site
      AND (other.started_ms, other.rowid) > (jobs.started_ms, jobs.rowid))`;
    this.#db.prepare(`DELETE FROM events WHERE job IN (SELECT id FROM jobs WHERE ${old})`).run(this.#owner, beforeMs);
    this.#db
      .prepare(`DELETE FROM jobs WHERE ${old} AND NOT (${isNewest}) AND id NOT IN (SELECT id FROM versions)`)
      .run(this.#owner, beforeMs);
  }

  /** Ends the jobs of all owners whose process says nothing any more. */
  static endInterrupted(db: DatabaseSync): string[] {
    const sql = "UPDATE jobs SET state = 'interrupted', ended_ms = ?1 WHERE state = 'running' AND lease_until_ms < ?1 RETURNING id";
    return (db.prepare(sql).all(Date.now()) as { id: string }[]).map(({ id }) => id);
  }
}

function alreadyRunning(kind: JobKind, cause: unknown): PublishError {
  const isChange = kind === "publish" || kind === "rollback" || kind === "remove";
  const message = isChange ? "This site is being published or changed already." : "Something else is being done with this draft already.";
  return jobRunning(message, { kind }, cause);
}

/** `JOB_RUNNING`: only one thing at a time is done with a draft, or changes a site. */
export function jobRunning(message: string, facts: Facts = {}, cause?: unknown): PublishError {
  return new PublishError("JOB_RUNNING", message, { action: "retry", note: "when that has ended, or stop it" }, facts, cause);
}

const toText = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

function toJob(row: object): Job {
  const { error, result, ...rest } = row as Omit<Job, "error" | "result"> & {
    readonly error: string | null;
    readonly result: string | null;
  };
  return {
    ...rest,
    error: error === null ? null : (JSON.parse(error) as ErrorJson),
    result: result === null ? null : (JSON.parse(result) as unknown),
  };
}
