import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Draft, Job } from "@datasette-publish/workbench/protocol";

const rows = 1_000_000;
let dir: string;
let server: ChildProcess;
let origin: string;
let authorization: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "web-large-"));
  const script = fileURLToPath(new URL("serve.test-support.ts", import.meta.url));
  server = spawn(process.execPath, ["--conditions=source", script, dir], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = (await once(server.stdout!, "data")) as [Buffer];
  const url = new URL(line.toString().trim());
  origin = url.origin;
  authorization = `Bearer ${url.hash.slice("#key=".length)}`;
});
afterAll(async () => {
  const closed = once(server, "close");
  server.stdin!.end();
  await closed;
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
});

async function ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = { authorization, "content-type": "application/json" };
  return (await (await fetch(origin + path, { method, headers, ...json })).json()) as Answer;
}

async function send(draft: string, name: string, sizeBytes: number, pieces: Iterable<Buffer>): Promise<void> {
  const { status } = await fetch(`${origin}/api/drafts/${draft}/files/${name}`, {
    method: "PUT",
    headers: { authorization, "x-file-size": String(sizeBytes) },
    body: Readable.toWeb(Readable.from(pieces)) as ReadableStream,
    duplex: "half",
  });
  expect(status).toBe(200);
}

/** Lines in pieces of 10,000. */
function* people(): Generator<Buffer> {
  yield Buffer.from("id,name,note\n");
  for (let at = 0; at < rows; at += 10_000) {
    const lines = Array.from({ length: 10_000 }, (_, index) => `${at + index},Person ${at + index},word${(at + index) % 997} some words\n`);
    yield Buffer.from(lines.join(""));
  }
}

/** What the kernel says of the server: memory in bytes now (`VmRSS`), or at most so far (`VmHWM`). */
function memory(of: "VmRSS" | "VmHWM"): number {
  const [, kibibytes] = new RegExp(`^${of}:\\s*(\\d+) kB`, "m").exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))!;
  return Number(kibibytes) * 1024;
}

/** Time that the server itself has computed, in milliseconds. */
function computedMs(): number {
  const fields = readFileSync(`/proc/${server.pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

it("500 MB are taken in a memory that does not grow with them", async () => {
  const { id } = await ask<Draft>("POST", "/api/drafts", {});
  const piece = Buffer.alloc(1_000_000, "0123456789,\n");
  const before = memory("VmRSS");
  await send(id, "large.csv", 500_000_000, Array<Buffer>(500).fill(piece));
  expect(memory("VmHWM") - before).toBeLessThan(120_000_000);
  await ask("DELETE", `/api/drafts/${id}`);
});

it("while a million rows are prepared for full-text search, others are answered, and a stop ends it within a second", async () => {
  const { id } = await ask<Draft>("POST", "/api/drafts", {});
  const sizeBytes = [...people()].reduce((sum, { length }) => sum + length, 0);
  await send(id, "people.csv", sizeBytes, people());
  const columns = { name: { search: true }, note: { search: true, index: true }, id: { key: true } };
  await ask("PUT", `/api/drafts/${id}/choices`, { files: {}, tables: { people: { columns } } });
  const job = await ask<Job>("POST", `/api/drafts/${id}/prepare`);
  const waits: { readonly wallMs: number; readonly ownMs: number }[] = [];
  const over = new AbortController();
  const asking = (async () => {
    while (!over.signal.aborted) {
      const [began, computed] = [performance.now(), computedMs()];
      await ask("GET", "/api/health");
      waits.push({ wallMs: performance.now() - began, ownMs: computedMs() - computed });
    }
  })();
  await allRead(job.id).catch((error: unknown) => {
    over.abort();
    throw error;
  });
  // What follows are calls into SQLite, each of which takes seconds.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const stopped = performance.now();
  const ended = await ask<Job>("DELETE", `/api/jobs/${job.id}`);
  expect(ended).toMatchObject({ state: "cancelled", error: { code: "CANCELLED" } });
  expect(performance.now() - stopped).toBeLessThan(1000);
  over.abort();
  await asking;
  expect(waits.length).toBeGreaterThan(100);
  // What other programs of a busy machine take is not to be counted: the server has answered late when it computed meanwhile.
  expect(Math.max(...waits.map(({ wallMs, ownMs }) => Math.min(wallMs, ownMs)))).toBeLessThan(200);
  const inOrder = waits.map(({ wallMs }) => wallMs).sort((one, other) => one - other);
  expect(inOrder[Math.floor(waits.length / 2)]).toBeLessThan(200);
});

/** Waits until a job's events say that all records are read. */
async function allRead(job: string): Promise<void> {
  const response = await fetch(`${origin}/api/jobs/${job}/events`, { headers: { authorization } });
  let text = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (const [, done, total] of text.matchAll(/"type":"step\.progressed","step":\d+,"id":"convert","done":(\d+),"total":(\d+)/g))
      if (done === total) return;
    text = text.slice(-1000);
  }
  throw new Error("The job ended before all records were read.");
}
