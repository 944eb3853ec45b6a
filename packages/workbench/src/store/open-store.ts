import { randomBytes } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { PublishError } from "@datasette-publish/core";
import { DraftStore } from "./draft-store.ts";
import { JobStore } from "./job-store.ts";
import { migrations } from "./migrations.ts";
import { SiteStore } from "./site-store.ts";

/** What of the store belongs to one owner; nothing of another is seen or changed through it. */
export interface OwnStore {
  readonly drafts: DraftStore;
  readonly jobs: JobStore;
  readonly sites: SiteStore;
}

/** Drafts, jobs and sites in one SQLite file, which several processes may have open. */
export interface Store extends Disposable {
  readonly isOpen: boolean;
  /** The owner of everything on a machine that one person uses is `local`. */
  of(owner: string): OwnStore;
  /** Tells jobs of any owner whose process was killed as interrupted; returns their ids. */
  endInterrupted(): string[];
  /** Of all owners: the drafts, and the versions whose files are kept, which is the last of each site, and what is being published. */
  wanted(): { readonly drafts: ReadonlySet<string>; readonly versions: ReadonlySet<string> };
  close(): void;
}

/** Random, so that nobody can guess the id of another's. */
export function newId(): string {
  return randomBytes(16).toString("hex");
}

/** How long a process waits for another one that writes, in milliseconds. */
const waitMs = 5000;

/**
 * Opens the store, and makes it where it is missing: readable by its user alone, in a folder that is there.
 * @throws PublishError `STATE_INVALID` when it is of a newer version, or no store
 */
export function openStore(file: string): Store {
  closeSync(openSync(file, "a", 0o600));
  const db = new DatabaseSync(file, { timeout: waitMs });
  try {
    migrate(db, file);
    // With a write-ahead log this loses at most the last commits when the machine loses power; a sync for each event would stop the server.
    db.exec("PRAGMA synchronous = NORMAL");
  } catch (error) {
    db.close();
    throw error;
  }
  const holder = newId();
  const close = (): void => {
    if (db.isOpen) db.close();
  };
  return {
    get isOpen() {
      return db.isOpen;
    },
    of: (owner) => ({
      drafts: new DraftStore(db, owner, holder),
      jobs: new JobStore(db, owner, holder),
      sites: new SiteStore(db, owner),
    }),
    endInterrupted: () => JobStore.endInterrupted(db),
    wanted: () => ({ drafts: idsOf(db, "SELECT id FROM drafts"), versions: idsOf(db, wantedVersions) }),
    close,
    [Symbol.dispose]: close,
  };
}

const wantedVersions = `
  SELECT id FROM versions WHERE NOT EXISTS (SELECT 1 FROM versions newer WHERE newer.site = versions.site
    AND (newer.published_ms, newer.rowid) > (versions.published_ms, versions.rowid))
  UNION SELECT id FROM jobs WHERE kind = 'publish' AND state = 'running'`;

function idsOf(db: DatabaseSync, sql: string): ReadonlySet<string> {
  return new Set((db.prepare(sql).all() as { id: string }[]).map(({ id }) => id));
}

function migrate(db: DatabaseSync, file: string): void {
  const taken = versionOf(db, file);
  if (taken > migrations.length) throw storeError(file, "is of a newer version of datasette-publish", "Upgrade datasette-publish.");
  if (taken === migrations.length) return;
  db.exec("PRAGMA journal_mode = WAL");
  inTransaction(db, () => {
    // Another process may have been first.
    for (const step of migrations.slice(versionOf(db, file))) db.exec(step);
    db.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

function versionOf(db: DatabaseSync, file: string): number {
  try {
    return (db.prepare("PRAGMA user_version").get() as { user_version: number }).user_version;
  } catch (error) {
    throw storeError(file, "is not what datasette-publish wrote", "Move it away; sites that were published stay where they are.", error);
  }
}

function storeError(file: string, what: string, advice: string, cause?: unknown): PublishError {
  return new PublishError("STATE_INVALID", `The file ${file} ${what}.`, advice, { file }, cause);
}

/** Runs `work` between BEGIN and COMMIT; what it throws takes back what it wrote. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const made = work();
    db.exec("COMMIT");
    return made;
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}
