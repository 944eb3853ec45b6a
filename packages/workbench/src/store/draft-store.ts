import type { DatabaseSync } from "node:sqlite";
import type { About, Choices, Decision, Draft, DraftFile, DraftState, FileFinding, FindingKey, Place } from "../protocol.ts";
import { inTransaction, newId } from "./open-store.ts";

/** A file of a draft as the store has it. */
export interface StoredFile extends DraftFile {
  /** Its name on disk, which has nothing of the name that the user gave. */
  readonly stored: string;
}

interface DraftRow {
  readonly id: string;
  readonly site: string | null;
  readonly folder: string | null;
  readonly choices: string;
  readonly about: string;
  readonly place: string | null;
  readonly revision: number;
  readonly prepared_digest: string | null;
  readonly prepared_revision: number | null;
  readonly prepared_by: string | null;
  readonly previewed_digest: string | null;
  readonly live_revision: number | null;
  readonly created_ms: number;
  readonly changed_ms: number;
  readonly is_publishing: number;
}

const draftColumns = `*, EXISTS (SELECT 1 FROM jobs WHERE draft = drafts.id AND kind = 'publish' AND state = 'running') AS is_publishing`;

/** The drafts of one owner. What is said of a draft that is not there changes nothing. */
export class DraftStore {
  readonly #db: DatabaseSync;
  readonly #owner: string;
  readonly #holder: string;

  /** `holder` stands for this process: what another one prepared is not here. */
  constructor(db: DatabaseSync, owner: string, holder: string) {
    this.#db = db;
    this.#owner = owner;
    this.#holder = holder;
  }

  /** A new draft, of a new site or an update of one. */
  create({ site = null, folder = null }: { readonly site?: string | null; readonly folder?: string | null } = {}): Draft {
    const id = newId();
    const now = Date.now();
    this.#db
      .prepare("INSERT INTO drafts (id, owner, site, folder, created_ms, changed_ms) VALUES (?, ?, ?, ?, ?, ?)")
      .run(id, this.#owner, site, folder, now, now);
    return this.get(id)!;
  }

  get(id: string): Draft | undefined {
    const row = this.#db.prepare(`SELECT ${draftColumns} FROM drafts WHERE id = ? AND owner = ?`).get(id, this.#owner);
    return row && this.#toDraft(row as unknown as DraftRow);
  }

  /** All drafts, the last changed first. */
  list(): Draft[] {
    const rows = this.#db.prepare(`SELECT ${draftColumns} FROM drafts WHERE owner = ? ORDER BY changed_ms DESC, id`).all(this.#owner);
    return (rows as unknown as DraftRow[]).map((row) => this.#toDraft(row));
  }

  remove(id: string): void {
    this.#db.prepare("DELETE FROM drafts WHERE id = ? AND owner = ?").run(id, this.#owner);
  }

  setChoices(id: string, choices: Choices): void {
    this.#change(id, "choices", JSON.stringify(choices));
  }

  setAbout(id: string, about: About): void {
    this.#change(id, "about", JSON.stringify(about));
  }

  /** Where it is to live changes nothing of what is prepared. */
  setPlace(id: string, place: Place | null): void {
    this.#set(id, "place = ?", place && JSON.stringify(place));
  }

  /** The site that a draft became. */
  setSite(id: string, site: string): void {
    this.#set(id, "site = ?", site);
  }

  /** Keeps what was prepared, unless the draft has changed since; returns whether it was kept. */
  setPrepared(id: string, revision: number, digest: string): boolean {
    const sql =
      "UPDATE drafts SET prepared_digest = ?, prepared_revision = revision, prepared_by = ? WHERE id = ? AND owner = ? AND revision = ?";
    return Number(this.#db.prepare(sql).run(digest, this.#holder, id, this.#owner, revision).changes) > 0;
  }

  /** What was prepared is gone with the process that held it. */
  dropPrepared(id: string): void {
    this.#db
      .prepare("UPDATE drafts SET prepared_digest = NULL, prepared_revision = NULL, prepared_by = NULL WHERE id = ? AND owner = ?")
      .run(id, this.#owner);
  }

  setPreviewed(id: string, digest: string): void {
    this.#set(id, "previewed_digest = ?", digest);
  }

  /** What was prepared is published. A draft that changed meanwhile is as it is now, and not live. */
  setLive(id: string, digest: string): void {
    this.#db
      .prepare("UPDATE drafts SET live_revision = prepared_revision WHERE id = ? AND owner = ? AND prepared_digest = ?")
      .run(id, this.#owner, digest);
  }

  files(id: string): StoredFile[] {
    const sql = "SELECT name, stored, size_bytes, finding FROM files WHERE draft = ? AND owner = ? ORDER BY name";
    const rows = this.#db.prepare(sql).all(id, this.#owner) as { name: string; stored: string; size_bytes: number; finding: string }[];
    return rows.map(({ name, stored, size_bytes: sizeBytes, finding }) => ({
      name,
      stored,
      sizeBytes,
      finding: JSON.parse(finding) as FileFinding,
    }));
  }

  /** A file, new or in the place of the one of its name. */
  putFile(id: string, { name, stored, sizeBytes, finding }: StoredFile): void {
    inTransaction(this.#db, () => {
      if (this.get(id) === undefined) return;
      this.#db
        .prepare("INSERT OR REPLACE INTO files (owner, draft, name, stored, size_bytes, finding) VALUES (?, ?, ?, ?, ?, ?)")
        .run(this.#owner, id, name, stored, sizeBytes, JSON.stringify(finding));
      this.#bump(id);
    });
  }

  removeFile(id: string, name: string): void {
    inTransaction(this.#db, () => {
      this.#db.prepare("DELETE FROM files WHERE draft = ? AND name = ? AND owner = ?").run(id, name, this.#owner);
      this.#bump(id);
    });
  }

  /** What files were found to be, of a revision that is still the draft's. */
  setFindings(id: string, revision: number, found: readonly { readonly name: string; readonly finding: FileFinding }[]): void {
    const update = this.#db.prepare(
      "UPDATE files SET finding = ? WHERE draft = ? AND name = ? AND owner = ? AND (SELECT revision FROM drafts WHERE id = draft) = ?",
    );
    inTransaction(this.#db, () => {
      for (const { name, finding } of found) update.run(JSON.stringify(finding), id, name, this.#owner, revision);
    });
  }

  decide(id: string, { database, table, column, kind, decision, by, atMs }: Decision): void {
    if (this.get(id) === undefined) return;
    this.#db
      .prepare(
        'INSERT OR REPLACE INTO decisions (owner, draft, database, "table", "column", kind, decision, by, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      )
      .run(this.#owner, id, database, table, column, kind, decision, by, atMs);
  }

  /** Takes a decision back. */
  undecide(id: string, { database, table, column, kind }: FindingKey): void {
    this.#db
      .prepare('DELETE FROM decisions WHERE draft = ? AND owner = ? AND database IS ? AND "table" = ? AND "column" = ? AND kind = ?')
      .run(id, this.#owner, database, table, column, kind);
  }

  #decisions(id: string): Decision[] {
    const sql = `SELECT database, "table", "column", kind, decision, by, at_ms AS atMs FROM decisions WHERE draft = ?
      ORDER BY database, "table", "column", kind`;
    return this.#db.prepare(sql).all(id) as unknown as Decision[];
  }

  #change(id: string, column: "choices" | "about", value: string): void {
    this.#set(id, `${column} = ?, revision = revision + 1`, value);
  }

  #bump(id: string): void {
    this.#set(id, "revision = revision + 1");
  }

  #set(id: string, assignments: string, ...values: (string | null)[]): void {
    this.#db
      .prepare(`UPDATE drafts SET ${assignments}, changed_ms = ? WHERE id = ? AND owner = ?`)
      .run(...values, Date.now(), id, this.#owner);
  }

  #toDraft(row: DraftRow): Draft {
    const files = this.files(row.id).map(({ stored: _stored, ...file }) => file);
    const isHeld = row.prepared_by === this.#holder && row.prepared_revision === row.revision;
    const prepared = isHeld ? row.prepared_digest : null;
    return {
      id: row.id,
      state: stateOf(row, files, prepared),
      site: row.site,
      folder: row.folder,
      files,
      choices: JSON.parse(row.choices) as Choices,
      about: JSON.parse(row.about) as About,
      place: row.place === null ? null : (JSON.parse(row.place) as Place),
      decisions: this.#decisions(row.id),
      revision: row.revision,
      prepared,
      createdMs: row.created_ms,
      changedMs: row.changed_ms,
    };
  }
}

function stateOf(row: DraftRow, files: readonly DraftFile[], prepared: string | null): DraftState {
  if (row.is_publishing) return "publishing";
  if (row.live_revision === row.revision) return "live";
  if (prepared !== null) return prepared === row.previewed_digest ? "previewed" : "prepared";
  return files.length > 0 || row.folder !== null ? "files" : "empty";
}
