import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Workbench } from "@datasette-publish/workbench";
import type { Job, JobEvent, JobState } from "@datasette-publish/workbench/protocol";
import { sendEvents } from "./events.ts";
import { toRefusal } from "./refusal.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A job whose events come when the test says so. */
class FakeJob {
  state: JobState = "running";
  readonly events: JobEvent[] = [];
  #wake = Promise.withResolvers<void>();

  say(text: string): void {
    this.events.push({ number: this.events.length + 1, atMs: 0, event: { type: "output", id: "x", text } });
    this.#wake.resolve();
  }

  end(state: JobState): void {
    this.state = state;
    this.#wake.resolve();
  }

  async *after(number: number, signal: AbortSignal): AsyncGenerator<JobEvent> {
    signal.addEventListener("abort", () => this.#wake.resolve());
    for (let at = number; ; at++) {
      while (at >= this.events.length) {
        if (this.state !== "running" || signal.aborted) return;
        await this.#wake.promise;
        this.#wake = Promise.withResolvers();
      }
      yield this.events[at]!;
    }
  }

  get job(): Job {
    return { id: "j", draft: null, site: null, kind: "plan", state: this.state, error: null, result: null, startedMs: 0, endedMs: null };
  }
}

/** The stream of a job, read piece by piece. */
async function open(fake: FakeJob, headers: Record<string, string> = {}) {
  const jobs = {
    get: (id: string) => (id === "j" ? fake.job : undefined),
    events: (_id: string, after: number, signal: AbortSignal) => fake.after(after, signal),
  };
  const app = new Hono().get("/:job", (c) => sendEvents({ jobs } as unknown as Workbench, c, (value) => JSON.stringify(value)));
  app.onError((error, c) => c.json(null, toRefusal(error).status));
  const response = await app.request(headers["job"] ?? "/j", { headers });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  return { response, reader, next: async () => (await reader.read()).value };
}

describe("the events of a job", () => {
  it("come as they happen, with their numbers, then how it ended", async () => {
    const fake = new FakeJob();
    fake.say("one\n\ndata: two");
    const { response, next } = await open(fake);
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect([response.headers.get("cache-control"), response.headers.get("x-accel-buffering")]).toEqual(["no-store", "no"]);
    expect(await next()).toBe(`event: progress\ndata: ${JSON.stringify(fake.events[0])}\nid: 1\n\n`);
    fake.say("three");
    expect(await next()).toBe(`event: progress\ndata: ${JSON.stringify(fake.events[1])}\nid: 2\n\n`);
    fake.end("done");
    expect(await next()).toBe(`event: end\ndata: ${JSON.stringify(fake.job)}\n\n`);
    expect(await next()).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("go on after the one that was seen last", async () => {
    const fake = new FakeJob();
    for (const text of ["one", "two", "three"]) fake.say(text);
    fake.end("failed");
    const { next } = await open(fake, { "last-event-id": "2" });
    expect(await next()).toContain("three");
    expect(await next()).toContain('"state":"failed"');
  });

  it.each(["", "x", "-1", "1e1", "9".repeat(20)])("come from the first when %j was seen", async (seen) => {
    const fake = new FakeJob();
    fake.say("one");
    fake.end("done");
    const { next } = await open(fake, { "last-event-id": seen });
    expect(await next()).toContain("one");
  });

  it("are followed by a sign every 15 seconds in which nothing happens", async () => {
    const fake = new FakeJob();
    const { next, reader } = await open(fake);
    for (const _ of [1, 2]) {
      const sign = next();
      await vi.advanceTimersByTimeAsync(15_000);
      expect(await sign).toBe(":\n\n");
    }
    await reader.cancel();
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(0));
  });

  it("stop without an end when the job goes on elsewhere", async () => {
    const fake = new FakeJob();
    vi.spyOn(fake, "after").mockImplementation(async function* () {
      yield* [];
    });
    expect(await (await open(fake)).next()).toBeUndefined();
    vi.spyOn(fake, "after").mockImplementation(async function* () {
      yield* [];
      throw new Error("canary: the store is gone");
    });
    expect(await (await open(fake)).next()).toBeUndefined();
  });

  it("of none are none", async () => {
    expect((await open(new FakeJob(), { job: "/none" })).response.status).toBe(404);
  });
});
