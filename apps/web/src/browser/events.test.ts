import { afterEach, expect, test, vi } from "vitest";
import { followJob, splitEvents } from "./events.ts";

afterEach(() => void vi.unstubAllGlobals());

test("a stream is split into whole messages; comments are passed over", () => {
  const { events, rest } = splitEvents(': hello\n\nid: 1\nevent: progress\ndata: {"a":1}\n\nid: 2\r\ndata: x\r\ndata: y\r\n\r\nid: 3\nda');
  expect(events).toEqual([
    { id: "1", event: "progress", data: '{"a":1}' },
    { id: "2", event: "message", data: "x\ny" },
  ]);
  expect(rest).toBe("id: 3\nda");
});

const progress = (number: number) =>
  `id: ${number}\nevent: progress\ndata: ${JSON.stringify({ number, atMs: 0, event: { type: "output", id: "a", text: "b" } })}\n\n`;

test("a stream that breaks off goes on after the last event that was seen", async () => {
  vi.useFakeTimers();
  vi.stubGlobal("sessionStorage", { getItem: () => null });
  const asked: (string | undefined)[] = [];
  const answers = [progress(1) + progress(2), null, `${progress(3)}event: end\ndata: {"id":"j","state":"done"}\n\n`];
  vi.stubGlobal("fetch", async (_: string, { headers }: { headers: Record<string, string> }) => {
    asked.push(headers["last-event-id"]);
    const body = answers.shift();
    if (body === null) throw new TypeError("failed to fetch");
    return new Response(body);
  });
  const seen: number[] = [];
  const lost: boolean[] = [];
  const ended = followJob("j", { event: ({ number }) => seen.push(number), lost: (is) => lost.push(is) }, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await ended).toEqual({ id: "j", state: "done" });
  expect(seen).toEqual([1, 2, 3]);
  expect(asked).toEqual(["0", "2", "2"]);
  expect(lost).toContain(true);
  expect(lost.at(-1)).toBe(false);
  vi.useRealTimers();
});

test("a job that is not there is not asked for again", async () => {
  vi.stubGlobal("sessionStorage", { getItem: () => null });
  const error = { code: "INPUT_NOT_FOUND", message: "There is no such job.", remedies: [], facts: {} };
  const fetched = vi.fn<typeof fetch>(async () => Response.json({ error }, { status: 404 }));
  vi.stubGlobal("fetch", fetched);
  await expect(followJob("j", { event: () => {} }, new AbortController().signal)).rejects.toMatchObject({ problem: error });
  expect(fetched).toHaveBeenCalledTimes(1);
});
