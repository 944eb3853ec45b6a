import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fileCredentials, openProject, prepare, type PublishEvent } from "@datasette-publish/core";
import type { Job } from "./protocol.ts";
import { findProviders } from "./providers.ts";
import { paperSource, paperToken, writePackage } from "./providers/paper.test-support.ts";
import { recordPublish, workbenchFolder } from "./site/record-publish.ts";
import { leaseMs } from "./store/job-store.ts";
import { Workbench } from "./workbench.ts";

let dir: string;
let env: Record<string, string | undefined>;
let workbench: Workbench;
let nowMs: number;

beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), "workbench-test-")));
  env = {
    PATH: process.env["PATH"],
    XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] ?? join(process.env["HOME"] ?? "", ".cache"),
    HOME: dir,
    XDG_DATA_HOME: join(dir, "data"),
    DOCKER_HOST: "unix:///nonexistent/docker.sock",
    PAPER_HOST: join(dir, "host.json"),
    PAPER_TOKEN: paperToken,
  };
  writeFileSync(join(dir, "host.json"), "{}");
  writePackage(join(dir, "data", "datasette-publish", "providers", "node_modules", "provider-paper"), paperSource);
  nowMs = Date.now();
  workbench = await Workbench.open({ dir: await workbenchFolder(env), env, now: () => nowMs });
});
afterEach(async () => {
  await workbench.close();
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
});

const code = (of: string) => expect.objectContaining({ code: of }) as Error;
const host = () => JSON.parse(readFileSync(join(dir, "host.json"), "utf8")) as Record<string, { releases: string[]; current: string }>;

async function ended(job: Job): Promise<Job> {
  return (await workbench.jobs.ended(job.id))!;
}
async function done(job: Job): Promise<Job> {
  const end = await ended(job);
  expect(end.error).toBeNull();
  return end;
}
async function draftOf(name: string, text: string, card = "paper", address: string | null = null): Promise<string> {
  writeFileSync(join(dir, name), text);
  const { id } = await workbench.createDraft({ paths: [join(dir, name)] });
  await workbench.setPlace(id, { card, options: {}, address });
  return id;
}
async function publish(draft: string): Promise<Job> {
  await done(workbench.prepare(draft));
  return workbench.publish(draft, workbench.report(draft)!.digest);
}

describe("an installed provider", () => {
  it("is a place, with whose access key is kept; a key is kept once its host has said whose it is", async () => {
    delete env["PAPER_TOKEN"];
    const paper = async () => (await workbench.places()).find(({ id }) => id === "paper");
    expect(await paper()).toMatchObject({ login: { account: null, from: null }, address: { maxLength: 30 }, isPublic: true });
    await expect(workbench.keepKey("paper", "canary-wrong-key")).rejects.toMatchObject({
      code: "CREDENTIALS_INVALID",
      message: expect.not.stringContaining("canary") as string,
      remedies: [{ action: "log-in", provider: "paper" }],
    });
    await expect(workbench.keepKey("paper", "two\nlines")).rejects.toThrow(code("CREDENTIALS_INVALID"));
    await expect(workbench.keepKey("docker-run", paperToken)).rejects.toThrow(code("COMMAND_INVALID"));
    expect(await workbench.keepKey("paper", ` ${paperToken}\n`)).toMatchObject({ login: { account: "ada", from: "kept" } });
    expect(await paper()).toMatchObject({ login: { account: "ada", from: "kept" } });
    const [provider] = (await findProviders(env)).filter(({ name }) => name === "paper");
    expect(await fileCredentials(env).token(provider!)).toMatchObject({ token: paperToken, isKept: true });
    expect(await workbench.forgetKey("paper")).toMatchObject({ login: { account: null, from: null } });
    await expect(workbench.placeChoices("paper", "none")).rejects.toThrow(code("OPTION_INVALID"));
    expect(await workbench.placeChoices("docker-file", "platform")).toEqual(["linux/amd64", "linux/arm64"]);
    const docker = (await workbench.places()).find(({ id }) => id === "docker-run");
    expect(docker!.missing).toBe("Docker does not run on this computer. Start Docker, then look again.");
    for (const file of readdirSync(await workbenchFolder(env)).filter((name) => name.startsWith("workbench.db")))
      expect(readFileSync(join(await workbenchFolder(env), file)).includes("canary")).toBe(false);
  });

  it("is asked whose a key is once a minute", async () => {
    env["PAPER_LOGINS"] = join(dir, "logins");
    const asked = () => readFileSync(join(dir, "logins"), "utf8").split("\n").length - 1;
    for (const _ of [1, 2]) await workbench.places();
    expect(asked()).toBe(1);
    nowMs += 60_000;
    expect((await workbench.places()).find(({ id }) => id === "paper")!.login).toMatchObject({ account: "ada", from: "environment" });
    expect(asked()).toBe(2);
  });
});

describe("a published site", () => {
  let page: Server;
  beforeEach(async () => {
    page = createServer((_, response) => response.end("up"));
    await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => void page.close());

  it("is looked at, gone back with, updated at its address, removed and forgotten", async () => {
    const draft = await draftOf("pets.csv", "id,name\n1,Rex\n", "paper", "my-pets");
    const first = await done(await publish(draft));
    const [site] = workbench.sites.list();
    const { id } = site!;
    expect(site).toMatchObject({ versions: [{ place: { card: "paper", options: {}, address: "my-pets" } }] });
    expect(await workbench.logs(id)).toEqual(["one", "two", "three with [secret]"]);

    const update = await workbench.createDraft({ site: id });
    expect(update.place).toEqual({ card: "paper", options: {}, address: "my-pets" });
    const elsewhere = workbench.setPlace(update.id, { card: "paper", options: {}, address: "other-pets" });
    await expect(elsewhere).rejects.toThrow(code("OPTION_INVALID"));
    await workbench.setPlace(update.id, { card: "paper", options: { heading: "Pets" }, address: null });
    expect(workbench.drafts.get(update.id)!.place).toMatchObject({ options: { heading: "Pets" }, address: "my-pets" });
    workbench.drafts.setAbout(update.id, { title: "All our pets" });
    await workbench.files.receive(update.id, { name: "pets.csv", sizeBytes: 22, body: bytes("id,name\n1,Rex\n2,Tweety") });
    await done(workbench.prepare(update.id));
    expect(await done(workbench.compare(update.id))).toMatchObject({ result: { tables: [{ table: "pets", newRows: 1 }] } });
    const second = await done(workbench.publish(update.id, workbench.report(update.id)!.digest));
    expect(Object.keys(host())).toEqual(["my-pets"]);
    expect(workbench.sites.list()).toMatchObject([{ id, title: "All our pets", versions: [{ id: second.id }, { id: first.id }] }]);
    expect(workbench.newestJobs({ site: id }).map((job) => job.id)).toContain(second.id);

    const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}/`;
    writeFileSync(join(dir, "host.json"), JSON.stringify({ "my-pets": { ...host()["my-pets"], url } }));
    expect(await workbench.status(id)).toMatchObject({
      error: null,
      status: { url, releases: [{ id: "v2", current: true }, { id: "v1" }] },
    });
    const back = workbench.rollback(id, "v1");
    expect(() => workbench.remove(id, "All our pets")).toThrow(code("JOB_RUNNING"));
    await expect(workbench.forget(id)).rejects.toThrow(code("JOB_RUNNING"));
    expect(await done(back)).toMatchObject({ kind: "rollback", result: { id: "v1", current: true } });
    expect(host()["my-pets"]!.current).toBe("v1");
    expect(await ended(workbench.rollback(id, "v9"))).toMatchObject({ state: "failed", error: { code: "OPTION_INVALID" } });

    expect(() => workbench.remove(id, "Pets")).toThrow(code("OPTION_INVALID"));
    await done(workbench.remove(id, " All our pets "));
    expect(host()).toEqual({});
    expect(workbench.sites.get(id)).toMatchObject({ removedMs: expect.any(Number) as number, versions: [{}, {}] });
    expect(await workbench.status(id)).toEqual({ status: null, error: null });
    await expect(workbench.logs(id)).rejects.toThrow(code("NOT_PUBLISHED"));
    expect(workbench.isKept(id)).toBe(true);

    await workbench.forget(id);
    expect([workbench.sites.list(), workbench.drafts.list()]).toEqual([[], []]);
    expect(existsSync(workbench.versionDir(second.id))).toBe(false);
  });

  it("that the command line published is updated, and not made again", async () => {
    mkdirSync(join(dir, "pets"));
    writeFileSync(join(dir, "pets", "pets.csv"), "id,name\n1,Rex\n");
    const project = openProject([join(dir, "pets")]);
    const provider = (await findProviders(env)).find(({ name }) => name === "paper")!;
    const deployment = { provider: "paper", id: "pets-1", url: null, next: [], facts: {} };
    const result = { site: "pets", databases: [], files: [], leftOut: [], images: [], deployment };
    writeFileSync(join(dir, "host.json"), JSON.stringify({ "pets-1": { url: null, releases: ["v1"], current: "v1" } }));
    await using prepared = await prepare(project, {}, { report: () => {} });
    await recordPublish(env, { prepared, result, provider, options: { heading: "Pets" }, hostName: "pets-1" });

    const draft = await workbench.createDraft({ paths: [join(dir, "pets")] });
    const [site] = workbench.sites.list();
    expect(draft).toMatchObject({ site: site!.id, folder: join(dir, "pets"), place: { options: { heading: "Pets" }, address: "pets-1" } });
    expect((await workbench.createDraft({ paths: [join(dir, "pets")] })).id).toBe(draft.id);
    expect(() => workbench.compare(draft.id)).toThrow(code("NOT_PUBLISHED"));
    workbench.drafts.setAbout(draft.id, { title: "Quite another title" });
    await done(await publish(draft.id));
    expect(host()).toMatchObject({ "pets-1": { releases: ["v1", "v2"] } });
    expect(Object.keys(host())).toEqual(["pets-1"]);
    expect(workbench.sites.list()).toMatchObject([{ id: site!.id, name: "pets", versions: [{}, {}] }]);
  });

  it("is not replaced by another whose address is wished to be the same", async () => {
    await done(await publish(await draftOf("cats.csv", "name\nTom\n", "paper", "pets")));
    const other = await draftOf("dogs.csv", "name\nRex\n", "paper", "pets");
    expect(await ended(await publish(other))).toMatchObject({ state: "failed", error: { code: "NAME_TAKEN" } });
    expect(host()["pets"]!.releases).toEqual(["v1"]);
    expect(workbench.sites.list()).toHaveLength(1);
  });
});

describe("a file for a server of one's own", () => {
  it("is written, told by its name alone, and replaced by that of the next version", async () => {
    const draft = await draftOf("pets.csv", "id,name\n1,Rex\n", "docker-file");
    await done(workbench.prepare(draft));
    const plan = await done(workbench.plan(draft));
    const { id } = await done(workbench.publish(draft, workbench.report(draft)!.digest));
    const { path, name } = workbench.imageFile(id)!;
    expect(name).toBe("pets.tar");
    expect(existsSync(path)).toBe(true);
    const events: PublishEvent[] = [];
    for await (const { event } of workbench.jobs.events(id)) events.push(event);
    const [site] = workbench.sites.list();
    expect(JSON.stringify([plan.result, site!.versions, events])).not.toContain(await workbenchFolder(env));
    expect(await workbench.status(site!.id)).toEqual({ status: null, error: null });

    workbench.drafts.setAbout(draft, { title: "Pets" });
    await done(await publish(draft));
    expect(workbench.imageFile(id)).toBeUndefined();
    expect(workbench.imageFile("none")).toBeUndefined();
  });
});

describe("what nobody needs any more", () => {
  it("is removed to the end when the workbench is closed meanwhile", async () => {
    const folder = await workbenchFolder(env);
    const old = ["versions", "images", "drafts"].map((kind) => join(folder, kind, "old"));
    for (const path of old) mkdirSync(path, { recursive: true });
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    try {
      await using other = await Workbench.open({ dir: folder, env });
      vi.advanceTimersByTime(leaseMs);
      expect(other.drafts.list()).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
    expect(old.map((path) => existsSync(path))).toEqual([false, false, false]);
  });

  it("is ended after ten minutes, and removed after a day", async () => {
    const draft = await draftOf("pets.csv", "id,name\n1,Rex\n");
    const first = await done(await publish(draft));
    nowMs += 600_000;
    workbench.report(draft);
    await workbench.tidy();
    expect(workbench.drafts.get(draft)!.prepared).not.toBeNull();
    nowMs += 600_000;
    await workbench.tidy();
    await expect.poll(() => workbench.drafts.get(draft)!.prepared).toBeNull();
    expect(workbench.report(draft)).toBeUndefined();

    const { site } = workbench.drafts.get(draft)!;
    const update = await workbench.createDraft({ site: site! });
    await workbench.files.receive(update.id, { name: "pets.csv", sizeBytes: 15, body: bytes("id,name\n1,Tom\n\n") });
    await done(await publish(update.id));
    nowMs += 86_400_000 * 2;
    await workbench.tidy();
    expect(workbench.drafts.list().map(({ id }) => id)).toEqual([update.id]);
    expect(readdirSync(join(await workbenchFolder(env), "drafts"))).toEqual([update.id]);
    expect(
      workbench
        .newestJobs({ draft: update.id })
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(["prepare", "publish"]);
    expect(workbench.jobs.get(first.id)).toBeUndefined();
    for await (const _ of workbench.jobs.events(workbench.newestJobs({ draft: update.id })[0]!.id)) expect.unreachable();
    const zip: Uint8Array[] = [];
    for await (const chunk of await workbench.export(site!)) zip.push(chunk);
    expect(Buffer.concat(zip).includes("files/pets.csv")).toBe(true);
  });
});

describe("a new draft", () => {
  it("takes a folder or files, and says what it cannot take", async () => {
    mkdirSync(join(dir, "one"));
    mkdirSync(join(dir, "two"));
    for (const folder of ["one", "two"]) writeFileSync(join(dir, folder, "a.csv"), "name\nRex\n");
    expect((await workbench.createDraft({ paths: [join(dir, "one")] })).folder).toBe(join(dir, "one"));
    const { id } = await workbench.createDraft({ paths: [join(dir, "one", "a.csv")] });
    expect(await workbench.files.list(id)).toMatchObject([{ name: "a.csv", sizeBytes: 9, finding: { state: "arrived" } }]);
    await expect(workbench.createDraft({ paths: [join(dir, "none.csv")] })).rejects.toThrow(code("INPUT_NOT_FOUND"));
    await expect(workbench.createDraft({ paths: [join(dir, "one"), join(dir, "two")] })).rejects.toThrow(code("INPUT_UNSUPPORTED"));
    const twice = workbench.createDraft({ paths: ["one", "two"].map((folder) => join(dir, folder, "a.csv")) });
    await expect(twice).rejects.toThrow(code("INPUT_UNSUPPORTED"));
    await expect(workbench.createDraft({ site: "none" })).rejects.toThrow(code("INPUT_NOT_FOUND"));
    expect(workbench.drafts.list()).toHaveLength(2);
  });
});

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
