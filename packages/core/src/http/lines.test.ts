import { beforeEach, expect, it, vi } from "vitest";
import { listedClock } from "../run/clock.test-support.ts";
import { followLines, streamLines, type LinesOptions } from "./lines.ts";

const clock = listedClock();
beforeEach(() => void clock.pauses.splice(0));

const url = "https://logs.example.org/stream?token=canary";

/** A body in the given chunks; an Error breaks it off. */
function streamed(chunks: readonly (Uint8Array | Error)[], status = 200): Response {
  const rest = [...chunks];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = rest.shift();
      if (next === undefined) controller.close();
      else if (next instanceof Error) controller.error(next);
      else controller.enqueue(next);
    },
  });
  return new Response(body, { status });
}

async function read(fetch: LinesOptions["fetch"], more: Partial<LinesOptions> = {}): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of streamLines(url, { title: "Shelf", provider: "shelf", clock, fetch, ...more })) lines.push(line);
  return lines;
}

it("waits until the stream is there", async () => {
  const answers = [streamed([], 404), streamed([], 404), streamed([Buffer.from("one\ntwo\n")])];
  expect(await read(() => Promise.resolve(answers.shift() ?? Response.error()))).toEqual(["one", "two"]);
  expect(clock.pauses).toEqual([1000, 1000]);
});

it("gives up on a stream that never is, and on any other refusal at once", async () => {
  const fetch = vi.fn<LinesOptions["fetch"]>(() => Promise.resolve(streamed([], 404)));
  await expect(read(fetch)).rejects.toMatchObject({ code: "HOST_REFUSED", facts: { status: 404 } });
  expect(fetch).toHaveBeenCalledTimes(30);
  fetch.mockClear();
  fetch.mockImplementation(() => Promise.resolve(streamed([], 403)));
  await expect(read(fetch)).rejects.toMatchObject({ code: "CREDENTIALS_INSUFFICIENT" });
  expect(fetch).toHaveBeenCalledOnce();
});

it.each([1, 2, 3, 7])("joins lines and characters that chunks of %i bytes part", async (size) => {
  const bytes = Buffer.from("Größe\r\n\n🐕 dog\nlast");
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
  expect(await read(() => Promise.resolve(streamed(chunks)))).toEqual(["Größe", "", "🐕 dog", "last"]);
});

it("says that a stream broke off, after the lines that came, and not where it is", async () => {
  const broken = streamed([Buffer.from("one\ntw"), Object.assign(new Error("terminated"), { code: "ECONNRESET" })]);
  const lines: string[] = [];
  const reading = (async () => {
    for await (const line of streamLines(url, { title: "Shelf", provider: "shelf", clock, fetch: () => Promise.resolve(broken) }))
      lines.push(line);
  })();
  const error: unknown = await reading.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "HOST_UNREACHABLE", facts: { reason: "ECONNRESET" } });
  expect(String(error)).not.toContain("canary");
  expect(lines).toEqual(["one"]);
});

it("ends with the signal", async () => {
  const stop = new AbortController();
  const fetch: LinesOptions["fetch"] = () => (stop.abort(), Promise.reject(stop.signal.reason as Error));
  await expect(read(fetch, { signal: stop.signal })).rejects.toBe(stop.signal.reason);
});

it("goes on with the next stream when one ends or falls silent, each a second later, and gives each line once, and no fewer", async () => {
  const silence = Object.assign(new Error("terminated"), { code: "UND_ERR_BODY_TIMEOUT" });
  const enough = Object.assign(new Error("enough"), { code: "ECONNRESET" });
  const answers = [
    streamed([Buffer.from("one\ntwo\n")]),
    streamed([Buffer.from("one\ntwo\ntwo\nthree\nthree\n"), silence]),
    streamed([Buffer.from("two\nthree\nthree\nmissed\nthree\nfour\nfour\n"), enough]),
  ];
  const fetch: LinesOptions["fetch"] = () => Promise.resolve(answers.shift() ?? Response.error());
  const opened: (number | null)[] = [];
  const lines: string[] = [];
  const openNext = (latest: number | null) => (opened.push(latest), Promise.resolve(url));
  const following = (async () => {
    for await (const line of followLines(openNext, { title: "Shelf", provider: "shelf", clock, fetch })) lines.push(line);
  })();
  await expect(following).rejects.toMatchObject({ code: "HOST_UNREACHABLE", facts: { reason: "ECONNRESET" } });
  expect(lines).toEqual(["one", "two", "two", "three", "three", "missed", "three", "four", "four"]);
  expect(clock.pauses).toEqual([1000, 1000]);
  expect(opened).toEqual([null, 2, 5]);
});
