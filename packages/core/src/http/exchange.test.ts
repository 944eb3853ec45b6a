import { beforeEach, describe, expect, it, vi } from "vitest";
import { listedClock } from "../run/clock.test-support.ts";
import { exchange, type ExchangePolicy } from "./exchange.ts";
import { isRefused } from "./failures.ts";
import type { HttpAnswer, HttpRequest, Send } from "./message.ts";
import { maxAttempts } from "./retry.ts";

const clock = listedClock();
beforeEach(() => void clock.pauses.splice(0));

type Outcome = Partial<HttpAnswer> | Error;

/** Sends nothing: the outcomes come one after the other, the last one again and again. */
function scripted(...outcomes: Outcome[]): { send: Send; sent: HttpRequest[] } {
  const sent: HttpRequest[] = [];
  const send: Send = (request) => {
    const outcome = outcomes[Math.min(sent.length, outcomes.length - 1)];
    sent.push(request);
    return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve({ status: 200, headers: {}, body: undefined, ...outcome });
  };
  return { send, sent };
}

const failed = (code: string) => Object.assign(new TypeError("fetch failed"), { cause: Object.assign(new Error("no"), { code }) });
const lost = failed("ECONNRESET");
const refused = failed("ECONNREFUSED");
const request = (method: string): HttpRequest => ({ method, url: new URL("https://api.example.org/apps?token=canary"), headers: {} });
const policy = (changes: Partial<ExchangePolicy> = {}): ExchangePolicy => ({
  title: "Shelf",
  provider: "shelf",
  clock,
  idempotent: true,
  allow: [],
  ...changes,
});

describe("an answer", () => {
  it.each([[{ status: 201 }], [{ status: 299 }], [{ status: 404 }]])("is given back: %o", async (outcome) => {
    const { send, sent } = scripted(outcome);
    expect(await exchange(send, request("GET"), policy({ allow: [404] }))).toMatchObject(outcome);
    expect(sent).toHaveLength(1);
  });

  it.each([
    [{ status: 401 }, { action: "log-in", provider: "shelf" }],
    [{ status: 403 }, { action: "log-in", provider: "shelf" }],
    [{ status: 503 }, { action: "retry", afterMs: 180_000 }],
    [
      { status: 429, headers: { "retry-after": "900" } },
      { action: "retry", afterMs: 900_000 },
    ],
  ])("says what to do: %o", async (outcome, remedy) => {
    const { send } = scripted(outcome);
    await expect(exchange(send, request("GET"), policy())).rejects.toMatchObject({
      remedies: expect.arrayContaining([expect.objectContaining(remedy)]) as unknown,
    });
  });

  it.each([
    [401, "CREDENTIALS_INVALID"],
    [402, "ACCOUNT_LIMITED"],
    [403, "CREDENTIALS_INSUFFICIENT"],
    [404, "HOST_REFUSED"],
    [422, "HOST_REFUSED"],
    [301, "HOST_REFUSED"],
  ])("of %i is %s, at once", async (status, code) => {
    const { send, sent } = scripted({ status, headers: { "request-id": "r1" }, body: { id: "no_such", message: "No such app." } });
    await expect(exchange(send, request("GET"), policy())).rejects.toMatchObject({
      code,
      message: expect.stringContaining("No such app") as string,
      facts: { request: "GET https://api.example.org/apps", status, detail: "No such app", id: "no_such", requestId: "r1" },
    });
    expect(sent).toHaveLength(1);
  });

  it.each([
    [[{ status: 422 }], true],
    [[refused, { status: 422 }], true],
    [[{ status: 429 }, { status: 422 }], true],
    [[lost, { status: 422 }], false],
    [[{ status: 502 }, { status: 429 }, { status: 409 }], false],
  ] as const)("says that nothing was done, unless an earlier attempt may have done it: %o", async (outcomes, isRefusal) => {
    const { send, sent } = scripted(...outcomes);
    const error: unknown = await exchange(send, request("PATCH"), policy()).catch((e: unknown) => e);
    expect(sent).toHaveLength(outcomes.length);
    expect(isRefused(error)).toBe(isRefusal);
  });

  it("is no news of a change that was only looked for", async () => {
    const error: unknown = await exchange(scripted({ status: 502 }, { status: 403 }).send, request("GET"), policy()).catch(
      (e: unknown) => e,
    );
    expect(error).not.toHaveProperty("facts.mayBeDone");
  });

  it("shows no query string", async () => {
    const error: unknown = await exchange(scripted({ status: 400, body: "no" }).send, request("GET"), policy()).catch((e: unknown) => e);
    expect(JSON.stringify(error) + String(error)).not.toContain("canary");
  });
});

describe("a request", () => {
  it.each([
    ["GET", true, { status: 500 }],
    ["GET", true, { status: 408 }],
    ["GET", true, { status: 504 }],
    ["GET", true, lost],
    ["GET", true, refused],
    ["POST", false, { status: 429 }],
    ["POST", false, { status: 503, headers: { "retry-after": "0" } }],
    ["POST", false, refused],
  ] as const)("of %s (idempotent: %s) is sent again after %o", async (method, idempotent, outcome) => {
    const { send, sent } = scripted(outcome, outcome, { status: 200 });
    expect((await exchange(send, request(method), policy({ idempotent }))).status).toBe(200);
    expect(sent).toHaveLength(3);
    expect(clock.pauses[1]).toBeGreaterThan(clock.pauses[0] ?? Infinity);
  });

  it.each([
    [{ status: 500 }, "HOST_REFUSED"],
    [{ status: 503 }, "HOST_BUSY"],
    [{ status: 504 }, "HOST_REFUSED"],
    [lost, "HOST_UNREACHABLE"],
  ] as const)("that may have had its effect is not sent again after %o", async (outcome, code) => {
    const { send, sent } = scripted(outcome);
    const message = expect.stringContaining("may have done it") as string;
    await expect(exchange(send, request("POST"), policy({ idempotent: false }))).rejects.toMatchObject({ code, message });
    expect(sent).toHaveLength(1);
  });

  it.each([
    [{ status: 429 }, "HOST_BUSY"],
    [{ status: 503 }, "HOST_BUSY"],
    [{ status: 502 }, "HOST_REFUSED"],
    [refused, "HOST_UNREACHABLE"],
  ] as const)("fails after the last attempt: %o", async (outcome, code) => {
    const { send, sent } = scripted(outcome);
    await expect(exchange(send, request("GET"), policy())).rejects.toMatchObject({ code });
    expect(sent).toHaveLength(maxAttempts);
  });

  it.each([
    [[lost], true],
    [[{ status: 502 }, refused], true],
    [[refused], false],
    [[{ status: 429 }], false],
  ] as const)("says after its last attempt whether a change may have been done: %o", async (outcomes, isOpen) => {
    const { send } = scripted(...outcomes);
    const error: unknown = await exchange(send, request("PATCH"), policy()).catch((e: unknown) => e);
    expect(String(error).includes("may have done it")).toBe(isOpen);
  });

  it("is sent to nobody who is not trusted, and once", async () => {
    const { send, sent } = scripted(failed("SELF_SIGNED_CERT_IN_CHAIN"));
    const error: unknown = await exchange(send, request("PATCH"), policy()).catch((e: unknown) => e);
    const authority = { action: "advise", text: expect.stringContaining("NODE_EXTRA_CA_CERTS") as string };
    expect(error).toMatchObject({ code: "HOST_UNREACHABLE", remedies: [authority, { action: "retry" }] });
    expect(String(error)).not.toContain("may have done it");
    expect(sent).toHaveLength(1);
  });

  it.each(["ENOTFOUND", "EAI_AGAIN", "ENETUNREACH"])("says first that there is no network: %s", async (code) => {
    await expect(exchange(scripted(failed(code)).send, request("POST"), policy({ idempotent: false }))).rejects.toMatchObject({
      message: expect.stringMatching(/^There seems to be no network/) as string,
      facts: { reason: code },
    });
  });

  it("pauses as long as the host asks, and not at all when that is too long", async () => {
    const waits = scripted({ status: 429, headers: { "retry-after": "7" } }, { status: 200 });
    await exchange(waits.send, request("GET"), policy());
    expect(clock.pauses).toEqual([7000]);
    const gives = scripted({ status: 429, headers: { "retry-after": "3600" } });
    await expect(exchange(gives.send, request("GET"), policy())).rejects.toMatchObject({ code: "HOST_BUSY" });
    expect(gives.sent).toHaveLength(1);
  });
});

/** Answers after the user cancelled, unless its own signal stops it. */
const answering = (stop: AbortController): Send => {
  return (_request, signal) =>
    new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason as Error));
      stop.abort();
      setImmediate(() => resolve({ status: 200, headers: {}, body: "made" }));
    });
};

const silent: Send = (_request, signal) =>
  new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));

describe("a change that was sent when the user cancels", () => {
  it("is answered, so that it can be undone", async () => {
    const stop = new AbortController();
    const made = await exchange(answering(stop), request("POST"), policy({ idempotent: false, signal: stop.signal }));
    expect(made.body).toBe("made");
  });

  it("is not waited for as long as the host likes", async () => {
    vi.useFakeTimers();
    const stop = new AbortController();
    const sent = exchange(silent, request("POST"), policy({ signal: stop.signal }));
    stop.abort();
    vi.advanceTimersByTime(20_000);
    await expect(sent).rejects.toThrow(/abort/i);
    vi.useRealTimers();
  });

  it("is a matter of changes: looking stops at once", async () => {
    const stop = new AbortController();
    await expect(exchange(answering(stop), request("GET"), policy({ signal: stop.signal }))).rejects.toThrow(/abort/i);
  });
});

describe("an abort", () => {
  it("is thrown as it is, before, during and between attempts", async () => {
    const before = scripted({ status: 200 });
    await expect(exchange(before.send, request("GET"), policy({ signal: AbortSignal.abort() }))).rejects.toThrow(/abort/i);
    expect(before.sent).toEqual([]);
    for (const outcome of [lost, { status: 503 }]) {
      const stop = new AbortController();
      const { send, sent } = scripted(outcome);
      const stopping: Send = (...call) => (stop.abort(), send(...call));
      await expect(exchange(stopping, request("GET"), policy({ signal: stop.signal }))).rejects.toBe(stop.signal.reason);
      expect(sent).toHaveLength(1);
    }
  });
});
