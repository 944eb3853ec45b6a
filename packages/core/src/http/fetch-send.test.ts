import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { listedClock } from "../run/clock.test-support.ts";
import { exchange, fetchSend } from "./exchange.ts";
import { readText, slowestAnswerMs, tooLong } from "./read.ts";

const ask = (url: string) =>
  exchange(
    fetchSend(fetch),
    { method: "GET", url: new URL(url), headers: {} },
    { title: "Shelf", provider: "shelf", clock: listedClock(), idempotent: true, allow: [] },
  );

describe("fetchSend", () => {
  it("fails with a code for a port that fetch does not ask", async () => {
    await expect(ask("http://127.0.0.1:9")).rejects.toMatchObject({ facts: { reason: "ERR_BAD_PORT" } });
  });

  it("quotes no address that a failure without a code quotes", async () => {
    const error: unknown = await ask("http://me:pw-canary@127.0.0.1:9/x?signature=canary").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "HOST_UNREACHABLE" });
    const { message, stack, facts, cause } = error as Error & { facts: object };
    expect(JSON.stringify({ message, stack, facts, cause: String(cause) })).not.toContain("canary");
  });

  it.each([
    [200, 17 << 20],
    [500, 1 << 17],
  ])("leaves an answer of %i that is too long, also one that is compressed", async (status, size) => {
    const bomb = gzipSync(Buffer.alloc(size, " "));
    const server = createServer((_asked, response) => void response.writeHead(status, { "content-encoding": "gzip" }).end(bomb));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    try {
      expect(await fetchSend(fetch)({ method: "GET", url, headers: {} }, undefined)).toMatchObject({ status, body: tooLong });
    } finally {
      server.close();
    }
  });

  it("sends the body, parses JSON, keeps text, and follows no redirect", async () => {
    const server = createServer((asked, response) => {
      if (asked.url === "/moved") response.writeHead(302, { location: "/json" }).end("elsewhere");
      else asked.pipe(response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const post = (body: string) => fetchSend(fetch)({ method: "POST", url: new URL(base), headers: {}, body }, undefined);
    try {
      expect((await post('{"a":1}')).body).toEqual({ a: 1 });
      expect((await post("plain")).body).toBe("plain");
      expect((await post("")).body).toBeUndefined();
      expect(await fetchSend(fetch)({ method: "GET", url: new URL("/moved", base), headers: {} }, undefined)).toMatchObject({
        status: 302,
        headers: { location: "/json" },
        body: "elsewhere",
      });
    } finally {
      server.close();
    }
  });
});

async function* drips(): AsyncGenerator<Uint8Array> {
  for (;;) {
    vi.advanceTimersByTime(slowestAnswerMs / 3);
    yield await Promise.resolve(new Uint8Array(1));
  }
}

it("does not wait for an answer that comes in drips", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  await expect(readText(drips(), 200)).rejects.toMatchObject({ name: "TimeoutError" });
  vi.useRealTimers();
});
