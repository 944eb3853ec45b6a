import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PublishEvent } from "@datasette-publish/core";
import type { PreparedReport } from "../protocol.ts";
import { ChildWorker } from "./child-worker.ts";
import type { PrepareOf } from "./messages.ts";

let dir: string;
let worker: ChildWorker;
let ended: number;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "workbench-test-"));
  mkdirSync(join(dir, "memory"));
  ended = 0;
  const providers = new URL("shelf.test-support.ts", import.meta.url).href;
  worker = new ChildWorker({ tmp: join(dir, "tmp"), env: process.env, providers, onEnd: () => ended++ });
});
afterEach(async () => {
  worker.close();
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
});

function filesOf(files: Readonly<Record<string, string | Buffer>>) {
  return Object.entries(files).map(([name, content], at) => {
    const path = join(dir, String(at).repeat(32));
    writeFileSync(path, content);
    return { path, name };
  });
}
const of = (files: Parameters<typeof filesOf>[0], more: Partial<PrepareOf> = {}): PrepareOf => ({
  inputs: filesOf(files),
  memoryFolder: join(dir, "memory"),
  name: null,
  project: null,
  choices: { files: {}, tables: {} },
  about: {},
  ...more,
});
async function prepare(what: PrepareOf, report?: (event: PublishEvent) => void): Promise<PreparedReport> {
  const outcome = await worker.ask("prepare", what, report && { report });
  if ("error" in outcome) throw new Error(outcome.error.message);
  return outcome.report;
}

const people = "id,name,zip,contact\n1,Ada,00123,ada@example.org\n2,Bob,00456,bob@example.org\n";

describe("a preparation", () => {
  it("tells tables, why columns have their types, first rows, and what looks private", async () => {
    const events: string[] = [];
    const report = await prepare(of({ "people.csv": people }), ({ type }) => events.push(type));
    const [table] = report.tables;
    expect(table).toMatchObject({ name: "people", rows: 2, source: "people.csv", database: "data" });
    expect(table!.reasons[2]).toBe('"00123" on line 2 would lose its leading zero');
    expect(table!.first).toEqual({
      columns: ["id", "name", "zip", "contact"],
      rows: [
        [1, "Ada", "00123", "ada@example.org"],
        [2, "Bob", "00456", "bob@example.org"],
      ],
    });
    expect(report.findings).toMatchObject([{ table: "people", column: "contact", kind: "email", decision: null }]);
    expect(report.files).toMatchObject([
      { name: "people.csv", finding: { state: "ok", tables: [{ name: "people", rows: 2, columns: 4 }] } },
    ]);
    expect(events).toContain("step.started");
    expect(JSON.stringify(report)).not.toContain(dir);
  });

  it("follows choices, and passes over those about columns that are not there", async () => {
    const columns = {
      zip: { name: "postcode" },
      contact: { leaveOut: true },
      id: { key: true },
      name: { search: true },
      gone: { key: true },
    };
    const choices = { files: { "other.csv": { skip: 1 } }, tables: { people: { title: "People", columns }, none: { columns: { a: {} } } } };
    const report = await prepare(of({ "people.csv": people }, { choices }));
    expect(report.tables[0]).toMatchObject({ title: "People", columns: [{ name: "id" }, { name: "name" }, { name: "postcode" }] });
    expect(report.passedOver.toSorted()).toEqual(["none.a", "people.gone"]);
    expect(report.findings).toEqual([]);
  });

  it("names each file that cannot be read, and goes on with the others", async () => {
    const files = { "bad.csv": "a,b\n1,2\n3\n", "people.csv": people, "plan.xlsx": Buffer.from("PK\u0003\u0004nothing") };
    const report = await prepare(of(files));
    const states = Object.fromEntries(report.files.map(({ name, finding }) => [name, finding]));
    expect(states["people.csv"]).toMatchObject({ state: "ok" });
    expect(states["bad.csv"]).toMatchObject({ state: "error", error: { code: "CSV_INVALID", facts: { line: 3 } } });
    expect(states["plan.xlsx"]).toMatchObject({ state: "error", error: { code: "INPUT_UNSUPPORTED" } });
  });

  it("says what is wrong with each when none can be read", async () => {
    const outcome = await worker.ask("prepare", of({ "bad.csv": "a,b\n1,2\n3\n", "plan.xlsx": "PK\u0003\u0004nothing" }));
    expect(outcome).toMatchObject({
      files: [
        { name: "bad.csv", finding: { state: "error", error: { code: "CSV_INVALID" } } },
        { name: "plan.xlsx", finding: { state: "error", error: { code: "INPUT_UNSUPPORTED" } } },
      ],
    });
  });

  it("of other texts converts nothing again", async () => {
    const what = of({ "people.csv": people });
    const first = await prepare(what);
    const ids: string[] = [];
    const second = await prepare({ ...what, about: { title: "Our people", license: " " } }, (event) => {
      if (event.type === "step.started") ids.push(event.id);
    });
    expect(ids).toEqual([]);
    expect(second).toMatchObject({ title: "Our people", databases: first.databases });
    expect(second.digest).not.toBe(first.digest);
    const rows = await worker.ask("rows", { database: "data", table: "people", limit: 1 });
    expect(rows.rows).toEqual([[1, "Ada", "00123", "ada@example.org"]]);
  });
});

describe("a preview", () => {
  it("is the real site, below a path that nobody can guess, for the page that frames it alone", async () => {
    const what = of({ "people.csv": people }, { about: { title: "Our people" } });
    await prepare(what);
    const options = { frameAncestors: "http://127.0.0.1:1", env: process.env };
    const { url, digest } = await worker.ask("preview", options);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/$/);
    const page = await fetch(url);
    expect(await page.text()).toContain("Our people");
    expect(page.headers.get("content-security-policy")).toContain("frame-ancestors http://127.0.0.1:1");
    expect(page.headers.get("access-control-allow-origin")).toBeNull();
    expect((await fetch(new URL("/", url))).status).toBe(404);
    expect(await worker.ask("preview", options)).toEqual({ url, digest });

    await prepare({ ...what, about: { title: "All people" } });
    const next = await worker.ask("preview", options);
    expect(next.url).not.toBe(url);
    expect(await (await fetch(next.url)).text()).toContain("All people");
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  });
});

describe("a process", () => {
  it("has no token, and a temporary folder of its own that goes with it", async () => {
    const withToken = { ...process.env, FLY_API_TOKEN: "canary-token" };
    worker = new ChildWorker({ tmp: join(dir, "tmp"), env: withToken, providers: new URL("shelf.test-support.ts", import.meta.url).href });
    await prepare(of({ "people.csv": people }));
    expect(readdirSync(join(dir, "tmp"))).toEqual([expect.stringContaining("datasette-publish-")]);
    const { readFileSync } = await import("node:fs");
    if (process.platform === "linux") expect(readFileSync(`/proc/${worker.pid}/environ`, "utf8")).not.toContain("canary-token");
    worker.close();
    await vi.waitFor(() => expect(readdirSync(dir)).not.toContain("tmp"));
  });

  it("that is killed is started again, and what it held is gone", async () => {
    await prepare(of({ "people.csv": people }));
    process.kill(worker.pid!, "SIGKILL");
    await vi.waitFor(() => expect(ended).toBe(1));
    await expect(worker.ask("rows", { database: "data", table: "people" })).rejects.toMatchObject({ code: "INPUT_CHANGED" });
  });

  it("is not asked what was aborted before", async () => {
    const asked = worker.ask("rows", { database: "data", table: "people" }, { signal: AbortSignal.abort() });
    await expect(asked).rejects.toMatchObject({ code: "CANCELLED" });
    expect(worker.pid).toBeUndefined();
  });
});
