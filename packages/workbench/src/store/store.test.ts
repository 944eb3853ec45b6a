import { chmodSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PublishEvent, PublishResult } from "@datasette-publish/core";
import { leaseMs } from "./job-store.ts";
import { migrations } from "./migrations.ts";
import { openStore, type OwnStore, type Store } from "./open-store.ts";

let dir: string;
let file: string;
let store: Store;
let own: OwnStore;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "workbench-test-"));
  file = join(dir, "workbench.db");
  store = openStore(file);
  own = store.of("local");
});
afterEach(async () => {
  vi.useRealTimers();
  store.close();
  await rm(dir, { recursive: true });
});

const csv = { name: "pets.csv", stored: "1", sizeBytes: 3, finding: { state: "arrived" } } as const;
const result: PublishResult = {
  site: "pets",
  databases: [
    {
      name: "data",
      fileName: "data.db",
      sizeBytes: 1,
      sha256: "00",
      tables: [
        {
          name: "pets",
          rows: 1,
          source: "pets.csv",
          columns: [
            {
              name: "name",
              type: "TEXT",
              nulls: 0,
              example: "canary",
              reason: { rule: "words", value: "canary", line: 2 },
              distinct: { count: 1, isCapped: false },
              least: "canary",
              greatest: "canary",
              longest: 6,
            },
          ],
        },
      ],
    },
  ],
  files: [],
  leftOut: [],
  images: [],
  deployment: { provider: "shelf", id: "pets", url: "https://pets.example.org/", next: [], facts: {} },
};
const started: PublishEvent = { type: "step.started", step: 1, id: "convert", title: "Convert" };

describe("the file", () => {
  it("is for its user alone, and keeps what is in it", () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { id } = own.drafts.create();
    store.close();
    store = openStore(file);
    expect(store.of("local").drafts.get(id)).toMatchObject({ id, state: "empty" });
  });

  it("of a newer version, or that is none, is left as it is", () => {
    const db = new DatabaseSync(file);
    db.exec(`PRAGMA user_version = ${migrations.length + 1}`);
    db.close();
    const other = join(dir, "other.db");
    writeFileSync(other, "no database, but long enough to be looked at\n".repeat(20));
    for (const path of [file, other])
      expect(() => openStore(path)).toThrow(expect.objectContaining({ code: "STATE_INVALID", facts: { file: path } }) as Error);
    chmodSync(other, 0o600);
  });
});

describe("a draft", () => {
  it("goes from state to state, and back when it changes", () => {
    const { id } = own.drafts.create();
    const state = () => own.drafts.get(id)!.state;
    expect(state()).toBe("empty");
    own.drafts.putFile(id, csv);
    expect(state()).toBe("files");
    const { revision } = own.drafts.get(id)!;
    expect(own.drafts.setPrepared(id, revision, "d1")).toBe(true);
    expect(state()).toBe("prepared");
    own.drafts.setPreviewed(id, "d1");
    expect(state()).toBe("previewed");
    const job = own.jobs.start({ kind: "publish", draft: id });
    expect(state()).toBe("publishing");
    own.jobs.end(job.id, { state: "done" });
    own.drafts.setLive(id, "other");
    expect(state()).toBe("previewed");
    own.drafts.setLive(id, "d1");
    expect(state()).toBe("live");
    own.drafts.setPlace(id, { card: "shelf", options: {}, address: null });
    expect(state()).toBe("live");
    own.drafts.setAbout(id, { title: "Pets" });
    expect(own.drafts.get(id)).toMatchObject({ state: "files", prepared: null, about: { title: "Pets" }, place: { card: "shelf" } });
  });

  it("is not prepared when it changed meanwhile, or when what was prepared is in another process", () => {
    const { id } = own.drafts.create();
    own.drafts.putFile(id, csv);
    const { revision } = own.drafts.get(id)!;
    own.drafts.setChoices(id, { files: {}, tables: { pets: { columns: { id: { key: true } } } } });
    expect(own.drafts.setPrepared(id, revision, "old")).toBe(false);
    expect(own.drafts.setPrepared(id, revision + 1, "new")).toBe(true);
    own.drafts.setFindings(id, revision, [{ name: "pets.csv", finding: { state: "left-out" } }]);
    expect(own.drafts.get(id)).toMatchObject({ prepared: "new", files: [{ finding: { state: "arrived" } }] });
    using second = openStore(file);
    expect(second.of("local").drafts.get(id)).toMatchObject({ state: "files", prepared: null });
    own.drafts.dropPrepared(id);
    expect(own.drafts.get(id)!.state).toBe("files");
  });

  it("keeps who decided what, and when, until it is taken back", () => {
    const { id } = own.drafts.create();
    const decision = { database: null, table: "people", column: "contact", kind: "email", decision: "public", by: "ada", atMs: 7 } as const;
    own.drafts.decide(id, decision);
    own.drafts.decide(id, { ...decision, by: "bob", atMs: 8 });
    expect(own.drafts.get(id)!.decisions).toEqual([{ ...decision, by: "bob", atMs: 8 }]);
    own.drafts.decide(id, { ...decision, database: "old" });
    own.drafts.undecide(id, decision);
    expect(own.drafts.get(id)!.decisions).toEqual([{ ...decision, database: "old" }]);
  });

  it("of another owner is not there", () => {
    const { id } = own.drafts.create();
    own.drafts.putFile(id, csv);
    const other = store.of("mallory");
    other.drafts.setAbout(id, { title: "Mine" });
    other.drafts.putFile(id, { ...csv, stored: "2", sizeBytes: 9 });
    other.drafts.decide(id, { database: null, table: "t", column: "c", kind: "email", decision: "public", by: "m", atMs: 1 });
    other.drafts.removeFile(id, "pets.csv");
    other.drafts.remove(id);
    expect(other.drafts.get(id)).toBeUndefined();
    expect(other.drafts.list()).toEqual([]);
    expect(own.drafts.get(id)).toMatchObject({ about: {}, files: [{ name: "pets.csv", sizeBytes: 3 }], decisions: [] });
  });
});

describe("a job", () => {
  it("is the only one of its draft, and a publish the only change of its site", () => {
    const site = own.sites.put({ name: "pets", title: "Pets", folder: "/pets", project: "p1" }).id;
    const [one, two] = [own.drafts.create({ site }).id, own.drafts.create({ site }).id];
    const first = own.jobs.start({ kind: "publish", draft: one, site });
    const running = expect.objectContaining({ code: "JOB_RUNNING" }) as Error;
    expect(() => own.jobs.start({ kind: "publish", draft: two, site })).toThrow(running);
    expect(() => own.jobs.start({ kind: "prepare", draft: one })).toThrow(running);
    expect(() => own.jobs.start({ kind: "remove", site })).toThrow(running);
    const second = own.jobs.start({ kind: "prepare", draft: two, site });
    expect(own.jobs.end(first.id, { state: "done", result: { ok: 1 } })).toBe(true);
    expect(own.jobs.end(second.id, { state: "cancelled" })).toBe(true);
    expect(own.jobs.end(first.id, { state: "failed" })).toBe(false);
    const third = own.jobs.start({ kind: "publish", draft: two, site });
    expect(own.jobs.get(first.id)).toMatchObject({ state: "done", result: { ok: 1 }, error: null });
    expect(own.jobs.list({ site }).map(({ id }) => id)).toEqual([third.id, second.id, first.id]);
  });

  it("replays its events from any number", () => {
    const { id } = own.jobs.start({ kind: "prepare" });
    const other = own.jobs.start({ kind: "prepare" });
    for (let at = 1; at <= 3; at++) expect(own.jobs.append(id, started).number).toBe(at);
    expect(own.jobs.append(other.id, started).number).toBe(1);
    expect(own.jobs.eventsAfter(id, 0).map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(own.jobs.eventsAfter(id, 2)).toMatchObject([{ number: 3, event: started }]);
    expect(store.of("mallory").jobs.eventsAfter(id, 0)).toEqual([]);
    expect(store.of("mallory").jobs.get(id)).toBeUndefined();
  });

  it("is interrupted when nobody holds it any more", () => {
    vi.useFakeTimers({ now: 1_000_000 });
    const kept = own.jobs.start({ kind: "prepare" });
    using killed = openStore(file);
    const lost = killed.of("local").jobs.start({ kind: "publish" });
    const taken = killed.of("local").jobs.start({ kind: "publish" });
    vi.setSystemTime(1_000_000 + leaseMs - 1);
    own.jobs.renew();
    own.jobs.takeOver(taken.id);
    expect(store.endInterrupted()).toEqual([]);
    vi.setSystemTime(1_000_000 + leaseMs + 1);
    expect(store.endInterrupted()).toEqual([lost.id]);
    expect(own.jobs.get(lost.id)).toMatchObject({ state: "interrupted", endedMs: 1_000_000 + leaseMs + 1 });
    expect([kept, taken].map(({ id }) => own.jobs.get(id)!.state)).toEqual(["running", "running"]);
  });
});

describe("a site", () => {
  it("has its versions, newest first, with no value of the data", () => {
    const of = { name: "pets", title: "Pets", folder: "/home/ada/pets", project: "p1", provider: "shelf", place: null, result };
    const first = own.sites.record({ ...of, digest: "d1" });
    const second = own.sites.record({ ...of, title: "All pets", digest: "d2" });
    const [site, ...others] = own.sites.list();
    expect(others).toEqual([]);
    expect(site).toMatchObject({ id: first.site, title: "All pets", versions: [{ id: second.id, digest: "d2" }, { id: first.id }] });
    expect(first).toMatchObject({ url: "https://pets.example.org/", provider: "shelf" });
    expect(first.result.databases[0]!.tables[0]!.columns[0]).toMatchObject({ name: "name", example: null, least: null });
    expect(JSON.stringify(site)).not.toContain("canary");
  });

  it("is listed once it is published, with where it lives and whether it was removed from there", () => {
    const of = { name: "pets", title: "Pets", folder: "/pets", project: "p1" };
    const { id } = own.sites.put(of);
    expect(own.sites.list()).toEqual([]);
    const place = { card: "shelf", options: { row: 1 }, address: "pets" };
    own.sites.record({ ...of, provider: "shelf", place, result, digest: "d1" });
    expect(own.sites.list()).toMatchObject([{ id, removedMs: null, versions: [{ place }] }]);
    own.sites.setRemoved(id);
    expect(own.sites.get(id)!.removedMs).toBeGreaterThan(0);
    own.sites.record({ ...of, provider: "shelf", place, result, digest: "d2" });
    expect(own.sites.get(id)!.removedMs).toBeNull();
  });

  it("is another one in another folder, or of another owner", () => {
    const of = { name: "pets", title: "Pets", project: "p1", provider: "shelf", place: null, result, digest: "d1" };
    const { site } = own.sites.record({ ...of, folder: "/one" });
    own.sites.record({ ...of, folder: "/two" });
    const other = store.of("mallory");
    other.sites.record({ ...of, folder: "/one" });
    expect(own.sites.list()).toHaveLength(2);
    other.sites.forget(site);
    expect(other.sites.get(site)).toBeUndefined();
    own.sites.forget(site);
    expect([own.sites.list().length, other.sites.list().length]).toEqual([1, 1]);
  });
});
