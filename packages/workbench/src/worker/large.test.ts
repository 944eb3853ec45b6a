import { createWriteStream, mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ChildWorker } from "./child-worker.ts";
import type { PrepareOf } from "./messages.ts";

const rows = 1_000_000;
let dir: string;
let of: PrepareOf;
let worker: ChildWorker;

/** Lines in pieces of 10,000. */
function* lines(): Generator<string> {
  yield "id,name,note\n";
  for (let at = 0; at < rows; at += 10_000)
    yield Array.from(
      { length: 10_000 },
      (_, index) => `${at + index},Person ${at + index},word${(at + index) % 997} some other words\n`,
    ).join("");
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "workbench-test-"));
  mkdirSync(join(dir, "memory"));
  const path = join(dir, "0".repeat(32));
  await pipeline(Readable.from(lines()), createWriteStream(path));
  of = {
    inputs: [{ path, name: "people.csv" }],
    memoryFolder: join(dir, "memory"),
    name: null,
    project: null,
    choices: {
      files: {},
      tables: { people: { columns: { name: { search: true }, note: { search: true, index: true }, id: { key: true } } } },
    },
    about: {},
  };
  worker = new ChildWorker({ tmp: join(dir, "tmp"), env: process.env, providers: new URL("shelf.test-support.ts", import.meta.url).href });
});
afterAll(async () => {
  worker.close();
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
});

/**
 * Runs `work`, and tells how long this process kept its event loop from turning at most, in milliseconds: by its own work, as what other
 * programs of a busy machine take is not to be counted.
 */
async function blockedMs(work: () => Promise<void>): Promise<number> {
  let most = 0;
  let [last, cpu] = [performance.now(), process.cpuUsage()];
  const ticking = setInterval(() => {
    const { user, system } = process.cpuUsage(cpu);
    most = Math.max(most, Math.min(performance.now() - last, (user + system) / 1000));
    [last, cpu] = [performance.now(), process.cpuUsage()];
  }, 10);
  await work();
  clearInterval(ticking);
  return most;
}

it("a million rows with full-text search block nobody, and are stopped within a second", async () => {
  const stop = new AbortController();
  let stoppedMs = 0;
  const blocked = await blockedMs(async () => {
    const preparing = worker.ask("prepare", of, {
      signal: stop.signal,
      // All records are read then: what follows are calls into SQLite, each of which takes seconds.
      report: (event) => {
        if (event.type !== "step.progressed" || event.id !== "convert" || event.done !== event.total) return;
        setTimeout(() => {
          stoppedMs = performance.now();
          stop.abort();
        }, 300);
      },
    });
    await expect(preparing).rejects.toMatchObject({ code: "CANCELLED" });
    expect(performance.now() - stoppedMs).toBeLessThan(1000);
  });
  expect(stoppedMs).toBeGreaterThan(0);
  expect(blocked).toBeLessThan(200);
});

it("and are prepared whole afterwards, in another process", async () => {
  const blocked = await blockedMs(async () => {
    const outcome = await worker.ask("prepare", of);
    expect(outcome).toMatchObject({ report: { tables: [{ name: "people", rows }] } });
  });
  expect(blocked).toBeLessThan(200);
});
