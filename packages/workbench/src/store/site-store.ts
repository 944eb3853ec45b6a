import type { DatabaseSync } from "node:sqlite";
import { hideValues, type PublishResult } from "@datasette-publish/core";
import type { Decision, Place, Site, Version } from "../protocol.ts";
import { inTransaction, newId } from "./open-store.ts";

/** A publish that went well, by whichever front end. */
export interface PublishRecord {
  /** The site's name, a slug. */
  readonly name: string;
  readonly title: string;
  /** Absolute path of the folder that remembers what the site is called at its hosts. */
  readonly folder: string;
  /** The id of its project, which tells it apart at hosts. */
  readonly project: string;
  readonly provider: string;
  /** Null: no card stands for it. */
  readonly place: Place | null;
  readonly result: PublishResult;
  readonly digest: string;
  readonly decisions?: readonly Decision[];
}

type SiteRow = Omit<Site, "versions">;

const siteColumns = "id, name, title, folder, project, created_ms AS createdMs, removed_ms AS removedMs";

/** The sites of one owner, and what was published of them. */
export class SiteStore {
  readonly #db: DatabaseSync;
  readonly #owner: string;

  constructor(db: DatabaseSync, owner: string) {
    this.#db = db;
    this.#owner = owner;
  }

  /** All sites that were published, the last published first. */
  list(): Site[] {
    const sql = `SELECT ${siteColumns} FROM sites WHERE owner = ? AND EXISTS (SELECT 1 FROM versions WHERE site = sites.id)
      ORDER BY (SELECT max(published_ms) FROM versions WHERE site = sites.id) DESC, id`;
    return (this.#db.prepare(sql).all(this.#owner) as unknown as SiteRow[]).map((row) => this.#withVersions(row));
  }

  get(id: string): Site | undefined {
    const row = this.#db.prepare(`SELECT ${siteColumns} FROM sites WHERE id = ? AND owner = ?`).get(id, this.#owner);
    return row && this.#withVersions(row as unknown as SiteRow);
  }

  /** Makes a site known, or gives the one of that folder and name another title. */
  put({ name, title, folder, project }: Pick<Site, "name" | "title" | "folder" | "project">): Site {
    const sql = `INSERT INTO sites (id, owner, name, title, folder, project, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (owner, folder, name) DO UPDATE SET title = excluded.title, project = excluded.project RETURNING id`;
    const { id } = this.#db.prepare(sql).get(newId(), this.#owner, name, title, folder, project, Date.now()) as { id: string };
    return this.get(id)!;
  }

  /** It was removed from its host; what was published of it stays known, until {@link SiteStore.forget}. */
  setRemoved(id: string): void {
    this.#db.prepare("UPDATE sites SET removed_ms = ? WHERE id = ? AND owner = ?").run(Date.now(), id, this.#owner);
  }

  /** Forgets a site, and its versions; nothing is removed at a host. */
  forget(id: string): void {
    this.#db.prepare("DELETE FROM sites WHERE id = ? AND owner = ?").run(id, this.#owner);
  }

  /** Forgets sites that became known before, and were never published. */
  prune(beforeMs: number): void {
    const sql = `DELETE FROM sites WHERE owner = ? AND created_ms < ? AND NOT EXISTS (SELECT 1 FROM versions WHERE site = sites.id)
      AND NOT EXISTS (SELECT 1 FROM jobs WHERE site = sites.id AND state = 'running')`;
    this.#db.prepare(sql).run(this.#owner, beforeMs);
  }

  /** Keeps what was published, and makes its site known. No value of the data is kept. `id` is the version's; unset: a new one. */
  record({ provider, place, result, digest, decisions = [], ...of }: PublishRecord, id = newId()): Version {
    return inTransaction(this.#db, () => {
      const site = this.put(of);
      const url = result.deployment?.url ?? null;
      this.#db.prepare("UPDATE sites SET removed_ms = NULL WHERE id = ?").run(site.id);
      const kept = { ...result, databases: result.databases.map(withoutValues) };
      this.#db
        .prepare(
          "INSERT INTO versions (id, owner, site, provider, place, url, digest, result, decisions, published_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .run(id, this.#owner, site.id, provider, toText(place), url, digest, JSON.stringify(kept), JSON.stringify(decisions), Date.now());
      return this.version(id)!;
    });
  }

  version(id: string): Version | undefined {
    const row = this.#db.prepare(`SELECT ${versionColumns} FROM versions WHERE id = ? AND owner = ?`).get(id, this.#owner);
    return row && toVersion(row);
  }

  #withVersions(row: SiteRow): Site {
    const sql = `SELECT ${versionColumns} FROM versions WHERE site = ? ORDER BY published_ms DESC, rowid DESC`;
    return { ...row, versions: this.#db.prepare(sql).all(row.id).map(toVersion) };
  }
}

const toText = (place: Place | null): string | null => place && JSON.stringify(place);

const versionColumns = "id, site, provider, place, url, digest, result, decisions, published_ms AS publishedMs";

function withoutValues(database: PublishResult["databases"][number]): PublishResult["databases"][number] {
  return { ...database, tables: database.tables.map((table) => ({ ...table, columns: table.columns.map(hideValues) })) };
}

function toVersion(row: object): Version {
  const { place, result, decisions, ...rest } = row as Omit<Version, "place" | "result" | "decisions"> & {
    readonly place: string | null;
    readonly result: string;
    readonly decisions: string;
  };
  return {
    ...rest,
    place: place === null ? null : (JSON.parse(place) as Place),
    result: JSON.parse(result) as PublishResult,
    decisions: JSON.parse(decisions) as Decision[],
  };
}
