import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { versionDatabase } from "./export/version-folder.ts";
import type { Job } from "./protocol.ts";
import { storeFile } from "./site/record-publish.ts";
import { Workbench } from "./workbench.ts";

let dir: string;
let workbench: Workbench;

const open = () =>
  Workbench.open({ dir: join(dir, "bench"), env: process.env, providers: new URL("worker/shelf.test-support.ts", import.meta.url).href });

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "workbench-test-"));
  workbench = await open();
});
afterEach(async () => {
  await workbench.close();
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
});

const shelfFile = () => join(dir, "shelf.txt");
const onShelf = () => (existsSync(shelfFile()) ? readFileSync(shelfFile(), "utf8").trim().split("\n") : []);
const code = (of: string) => expect.objectContaining({ code: of }) as Error;

async function* bytes(content: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield Buffer.from(content);
}
async function drop(draft: string, name: string, content: string | Uint8Array): Promise<void> {
  await workbench.files.receive(draft, { name, sizeBytes: Buffer.byteLength(content), body: bytes(content) });
}
async function done(job: Job): Promise<Job> {
  const ended = (await workbench.jobs.ended(job.id))!;
  expect(ended.error).toBeNull();
  expect(ended.state).toBe("done");
  return ended;
}
async function draftOf(text: string, gate?: string): Promise<string> {
  const { id } = await workbench.createDraft();
  await drop(id, "pets.csv", text);
  await workbench.setPlace(id, { card: "shelf", options: { file: shelfFile(), ...(gate && { gate }) }, address: null });
  return id;
}
const digestOf = (draft: string) => workbench.drafts.get(draft)!.prepared!;

describe("a draft", () => {
  it("goes from files to a site, and to the next version of it", async () => {
    const draft = await draftOf("id,name,mail\n1,Rex,ada@example.org\n2,Tweety,bob@example.org\n");
    await done(workbench.prepare(draft));
    expect(workbench.drafts.get(draft)).toMatchObject({ state: "prepared", files: [{ name: "pets.csv", finding: { state: "ok" } }] });
    expect(() => workbench.publish(draft, digestOf(draft))).toThrow(code("PRIVATE_DATA_FOUND"));
    const [finding] = workbench.report(draft)!.findings;
    workbench.decide(draft, finding!, "leave-out", "ada");
    await done(workbench.prepare(draft));
    expect(workbench.report(draft)).toMatchObject({ findings: [], tables: [{ columns: [{ name: "id" }, { name: "name" }] }] });
    workbench.decide(draft, finding!, "public", "ada");
    workbench.drafts.setAbout(draft, { title: "Our pets" });
    expect(() => workbench.publish(draft, "of nothing")).toThrow(code("INPUT_CHANGED"));
    await done(workbench.prepare(draft));
    const digest = digestOf(draft);
    const plan = await done(workbench.plan(draft));
    expect(plan.result).toMatchObject({ digest, actions: [{ verb: "write", target: shelfFile() }] });

    const job = workbench.publish(draft, digest);
    expect(workbench.drafts.get(draft)!.state).toBe("publishing");
    const types = new Set<string>();
    for await (const { event } of workbench.jobs.events(job.id)) types.add(event.type);
    expect(await done(job)).toMatchObject({ result: { site: "our-pets", deployment: { provider: "shelf" } } });
    expect(types).toContain("step.ended");
    expect(onShelf()).toEqual(["began our-pets", "put our-pets"]);
    const [site] = workbench.sites.list();
    expect(site).toMatchObject({ name: "our-pets", title: "Our pets", versions: [{ id: job.id, digest, decisions: [{ by: "ada" }] }] });
    expect(workbench.drafts.get(draft)).toMatchObject({ state: "live", site: site!.id });
    expect(existsSync(versionDatabase(workbench.versionDir(job.id), "data.db"))).toBe(true);
    expect(readFileSync(join(dir, "bench", storeFile)).includes("Tweety")).toBe(false);

    const zip: Uint8Array[] = [];
    for await (const chunk of await workbench.export(site!.id)) zip.push(chunk);
    for (const name of ["files/pets.csv", "decisions.json", "README.txt"]) expect(Buffer.concat(zip).includes(name)).toBe(true);

    const { id: update, ...taken } = await workbench.createDraft({ site: site!.id });
    expect(taken).toMatchObject({ about: { title: "Our pets" }, place: { card: "shelf" }, decisions: [{ decision: "public" }] });
    expect(workbench.draftOf(site!.id)).toBe(update);
    await drop(update, "pets.csv", "id,name\n1,Rex\n2,Tweety\n3,Tom\n");
    await done(workbench.prepare(update));
    const change = await done(workbench.compare(update));
    expect(change.result).toMatchObject({ tables: [{ table: "pets", rowsBefore: 2, rowsAfter: 3, newRows: 1, goneColumns: ["mail"] }] });
    const second = await done(workbench.publish(update, digestOf(update)));
    expect(workbench.sites.list()).toMatchObject([{ name: "our-pets", versions: [{ id: second.id }, { id: job.id }] }]);
    expect(existsSync(workbench.versionDir(job.id))).toBe(false);
    expect(workbench.draftOf(site!.id)).toBeNull();
    expect(workbench.isKept(site!.id)).toBe(true);
  });

  it("that was changed is not what was looked at", async () => {
    const draft = await draftOf("name\nRex\n");
    await done(workbench.prepare(draft));
    const digest = digestOf(draft);
    workbench.drafts.setChoices(draft, { files: {}, tables: { pets: { columns: { name: { name: "pet" } } } } });
    expect(workbench.report(draft)).toBeUndefined();
    expect(() => workbench.publish(draft, digest)).toThrow(code("INPUT_CHANGED"));
    await done(workbench.prepare(draft));
    expect(() => workbench.publish(draft, digest)).toThrow(code("INPUT_CHANGED"));
    expect(onShelf()).toEqual([]);
  });

  it("of which no file can be read says so of each", async () => {
    const draft = await draftOf("a,b\n1,2\n3\n");
    const job = await workbench.jobs.ended(workbench.prepare(draft).id);
    expect(job).toMatchObject({ state: "failed", error: { code: "CSV_INVALID" } });
    expect(workbench.drafts.get(draft)).toMatchObject({
      state: "files",
      files: [{ finding: { state: "error", error: { facts: { line: 3 } } } }],
    });
    await drop(draft, "old.csv", "name\nRené\n");
    expect(await workbench.encodings(draft, "old.csv", ["utf-8"])).toContainEqual({ encoding: "utf-8", lines: ["René"] });
    await expect(workbench.encodings(draft, "none.csv")).rejects.toThrow(code("INPUT_NOT_FOUND"));
    await workbench.removeDraft(draft);
    expect(workbench.drafts.list()).toEqual([]);
    expect(await readdir(join(dir, "bench", "drafts"))).toEqual([]);
  });

  it("is stopped in the midst of its publish, which undoes what it did", async () => {
    const draft = await draftOf("name\nRex\n", join(dir, "never"));
    await done(workbench.prepare(draft));
    const job = workbench.publish(draft, digestOf(draft));
    expect(() => workbench.publish(draft, digestOf(draft))).toThrow(code("JOB_RUNNING"));
    await vi.waitFor(() => expect(onShelf()).toEqual(["began pets"]), { timeout: 60_000 });
    workbench.jobs.stop(job.id);
    expect(await workbench.jobs.ended(job.id)).toMatchObject({ state: "cancelled", error: { code: "CANCELLED" } });
    expect(onShelf()).toEqual(["began pets", "undid pets"]);
    expect(workbench.drafts.get(draft)!.state).toBe("prepared");
  });
});

const begun = () => vi.waitFor(() => expect(onShelf().at(-1)).toBe("removing pets"), { timeout: 60_000 });

describe("a removal", () => {
  let site: string;
  beforeEach(async () => {
    writeFileSync(join(dir, "gate"), "");
    const draft = await draftOf("name\nRex\n", join(dir, "gate"));
    await done(workbench.prepare(draft));
    await done(workbench.publish(draft, digestOf(draft)));
    site = workbench.sites.list()[0]!.id;
    await rm(join(dir, "gate"));
  });

  it("is stopped", async () => {
    const job = workbench.remove(site, "pets");
    await begun();
    workbench.jobs.stop(job.id);
    expect(await workbench.jobs.ended(job.id)).toMatchObject({ state: "cancelled", error: { code: "CANCELLED" } });
    expect(workbench.sites.get(site)!.removedMs).toBeNull();
  });

  it("is ended by its process when the front end is gone", async () => {
    const { id } = workbench.remove(site, "pets");
    await begun();
    await workbench.close();
    workbench = await open();
    expect(() => workbench.remove(site, "pets")).toThrow(code("JOB_RUNNING"));
    writeFileSync(join(dir, "gate"), "");
    await vi.waitFor(() => expect(workbench.jobs.get(id)).toMatchObject({ state: "done" }), { timeout: 60_000 });
    expect(onShelf().at(-1)).toBe("removed pets");
    expect(workbench.sites.get(site)!.removedMs).toBeGreaterThan(0);
  });
});

describe("a SQLite file", () => {
  it("is looked at for private data, apart from a table of that name that is made of a file", async () => {
    using db = new DatabaseSync(join(dir, "old.db"));
    db.exec(
      "CREATE TABLE pets (id INTEGER PRIMARY KEY, mail TEXT); INSERT INTO pets VALUES (1, 'ada@example.org'), (2, 'bob@example.org')",
    );
    const draft = await draftOf("id,mail\n1,ada@example.org\n");
    await drop(draft, "old.db", readFileSync(join(dir, "old.db")));
    await done(workbench.prepare(draft));
    const [made, old] = workbench.report(draft)!.findings;
    expect([made, old]).toMatchObject([
      { file: "pets.csv", database: null, table: "pets", column: "mail", line: 2 },
      { file: "old.db", database: "old", table: "pets", column: "mail", line: null },
    ]);
    workbench.decide(draft, made!, "public", "ada");
    expect(() => workbench.publish(draft, digestOf(draft))).toThrow(code("PRIVATE_DATA_FOUND"));
    expect(() => workbench.decide(draft, old!, "leave-out", "ada")).toThrow(code("OPTION_INVALID"));
    workbench.decide(draft, old!, "public", "ada");
    expect(workbench.report(draft)!.findings).toMatchObject([{ decision: { database: null } }, { decision: { database: "old" } }]);
  });
});

it("stops a job that another front end runs", async () => {
  const draft = await draftOf("id,name\n1,Rex\n", join(dir, "gate"));
  await done(workbench.prepare(draft));
  const { id } = workbench.publish(draft, digestOf(draft));
  await vi.waitFor(() => expect(onShelf()).toEqual(["began pets"]), { timeout: 60_000 });
  await using other = await open();
  other.jobs.stop(id);
  expect(await workbench.jobs.ended(id)).toMatchObject({ state: "cancelled" });
});

describe("a front end that is killed", () => {
  let server: ChildProcess;

  /** Starts it, and waits for a line that it prints. */
  async function serve(until: string): Promise<void> {
    mkdirSync(join(dir, "pets"));
    writeFileSync(join(dir, "pets", "pets.csv"), "name\nRex\n");
    const script = fileURLToPath(new URL("server.test-support.ts", import.meta.url));
    server = spawn(process.execPath, ["--conditions=source", script, dir, join(dir, "gate")], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    for await (const chunk of server.stdout!.setEncoding("utf8")) if ((output += chunk).includes(until)) break;
    expect(output).toContain(until);
  }
  const kill = () => {
    const gone = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGKILL");
    return gone;
  };

  it("has its publish ended by the draft's process, once", async () => {
    await serve("publishing");
    await vi.waitFor(() => expect(onShelf()).toEqual(["began pets"]), { timeout: 60_000 });
    await kill();
    const [draft, job] = ["draft", "job"].map((name) => readFileSync(join(dir, name), "utf8")) as [string, string];
    expect(() => workbench.publish(draft, digestOf(draft))).toThrow(code("INPUT_CHANGED"));
    expect(() => workbench.prepare(draft)).toThrow(code("JOB_RUNNING"));
    writeFileSync(join(dir, "gate"), "");
    const titles: string[] = [];
    for await (const { event } of workbench.jobs.events(job)) if (event.type === "step.started") titles.push(event.title);
    expect(await workbench.jobs.ended(job)).toMatchObject({ state: "done", result: { site: "pets" } });
    expect(titles).not.toEqual([]);
    expect(onShelf()).toEqual(["began pets", "put pets"]);
    expect(workbench.drafts.get(draft)).toMatchObject({ state: "live", prepared: null });
    expect(workbench.sites.list()).toMatchObject([{ folder: join(dir, "pets"), versions: [{ id: job }] }]);
    await done(workbench.prepare(draft));
  });

  it("has its publish stopped from another front end, and undone", async () => {
    await serve("publishing");
    await vi.waitFor(() => expect(onShelf()).toEqual(["began pets"]), { timeout: 60_000 });
    const [draft, job] = ["draft", "job"].map((name) => readFileSync(join(dir, name), "utf8")) as [string, string];
    await kill();
    workbench.jobs.stop(job);
    for await (const _ of workbench.jobs.events(job));
    expect(await workbench.jobs.ended(job)).toMatchObject({ state: "cancelled" });
    expect(onShelf()).toEqual(["began pets", "undid pets"]);
    await done(workbench.prepare(draft));
  });

  it("leaves a preparation that is told as interrupted, and a draft to go on with", async () => {
    await serve("preparing");
    await kill();
    const draft = readFileSync(join(dir, "draft"), "utf8");
    await workbench.close();
    const db = new DatabaseSync(join(dir, "bench", storeFile));
    const [running] = db.prepare("UPDATE jobs SET lease_until_ms = 0 WHERE state = 'running' RETURNING id").all();
    db.close();
    workbench = await open();
    if (running !== undefined) expect(await workbench.jobs.ended(String(running["id"]))).toMatchObject({ state: "interrupted" });
    expect(workbench.drafts.get(draft)!.state).toBe("files");
    await done(workbench.prepare(draft));
  });
});
