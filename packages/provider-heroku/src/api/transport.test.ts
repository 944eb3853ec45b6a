import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { ReadBody } from "@datasette-publish/core/provider";
import { hostApi, systemClock, type Environment, type HttpAnswer, type Send } from "@datasette-publish/core";
import PlainRequest from "heroku-client/lib/request.js";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { herokuSend } from "./transport.ts";

interface Things {
  "GET /things": { request: undefined; response: unknown };
  "POST /things": { request: { name: string }; response: unknown };
}

let server: Server;
let base: string;
let requests: { method: string; headers: IncomingMessage["headers"] }[];
/** The n-th request is answered by the n-th listener, later ones by the last. */
let listeners: RequestListener[];

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push({ method: request.method ?? "", headers: request.headers });
    listeners[Math.min(requests.length, listeners.length) - 1]?.(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** heroku-client as it comes. */
function plain(method: string, more: object = {}): Promise<unknown> {
  return new PlainRequest({ host: base, path: "/things", method, headers: {}, token: "token", ...more }).request();
}

/** The same call through core, on top of this transport. */
function ours(signal?: AbortSignal, send = (read: ReadBody): Send => herokuSend({}, read)) {
  const connect = hostApi<Things>({
    base: () => base,
    headers: ({ token }) => ({ authorization: `Bearer ${token}` }),
    send: (_caller, read) => send(read),
  });
  return connect({
    title: "Heroku",
    provider: "heroku",
    token: "token",
    env: {},
    options: {},
    fetch,
    clock: systemClock,
    session: { id: "test" },
    ...(signal ? { signal } : {}),
  });
}

/** This transport without what core does about it, but for its reader of bodies. */
function bare(env: Environment = {}): Send {
  let transport: Send | undefined;
  ours(undefined, (read) => (transport = herokuSend(env, read)));
  return transport!;
}

const answerOk: RequestListener = (_request, response) => void response.end(`{"ok":true}`);
const reset: RequestListener = (request) => void request.socket.resetAndDestroy();
const refuse =
  (status: number): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { "retry-after": "0" }).end(`{"id":"busy","message":"Later."}`);

describe("a POST whose answer is lost", () => {
  beforeEach(() => (listeners = [reset, answerOk]));
  test("is sent twice by heroku-client", async () => {
    await expect(plain("POST", { body: { name: "a" } })).resolves.toEqual({ ok: true });
    expect(requests).toHaveLength(2);
  });
  test("is sent once by ours", async () => {
    await expect(ours()("POST /things", {}, { body: { name: "a" } })).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
    expect(requests).toHaveLength(1);
  });
  test("is sent again when it is a GET", async () => {
    expect(await ours()("GET /things", {})).toEqual({ ok: true });
    expect(requests).toHaveLength(2);
  });
});

describe.each([429, 503])("a %d", (status) => {
  beforeEach(() => (listeners = [refuse(status), answerOk]));
  test("is final for heroku-client", async () => {
    await expect(plain("GET")).rejects.toMatchObject({ statusCode: status });
    expect(requests).toHaveLength(1);
  });
  test("is waited for by ours, also for a POST", async () => {
    expect(await ours()("POST /things", {}, { body: { name: "a" } })).toEqual({ ok: true });
    expect(requests).toHaveLength(2);
  });
});

describe("an answer that breaks off", () => {
  let brokenOff: Promise<unknown>;
  beforeEach(() => {
    const broken = Promise.withResolvers<void>();
    brokenOff = broken.promise;
    const half: RequestListener = (_request, response) => {
      response.on("close", broken.resolve).writeHead(200, { "content-length": "100" });
      response.write(`{"ok":`, () => response.destroy());
    };
    listeners = [half, answerOk];
  });
  test("is waited for without end by heroku-client", async () => {
    let isSettled = false;
    const settle = () => (isSettled = true);
    plain("GET").then(settle, settle);
    await brokenOff;
    await plain("GET");
    expect(isSettled).toBe(false);
  });
  test("fails a POST of ours, and a GET is repeated", async () => {
    await expect(ours()("POST /things", {}, { body: { name: "a" } })).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
    requests.length = 0;
    expect(await ours()("GET /things", {})).toEqual({ ok: true });
    expect(requests).toHaveLength(2);
  });
});

describe("a character that is cut between two chunks", () => {
  beforeEach(() => {
    const bytes = Buffer.from(`{"name":"ü"}`);
    const cut = bytes.indexOf(0xc3) + 1;
    const inTwo: RequestListener = (request, response) => {
      request.socket.setNoDelay(true);
      response.write(bytes.subarray(0, cut), () => setImmediate(() => setTimeout(() => response.end(bytes.subarray(cut)), 50)));
    };
    listeners = [inTwo];
  });
  test("is broken by heroku-client", async () => {
    await expect(plain("GET")).resolves.toEqual({ name: "\uFFFD\uFFFD" });
  });
  test("is whole in ours", async () => {
    expect(await ours()("GET /things", {})).toEqual({ name: "ü" });
  });
});

describe("a signal", () => {
  test("is not known to heroku-client", async () => {
    listeners = [answerOk];
    await expect(plain("GET", { signal: AbortSignal.abort() })).resolves.toEqual({ ok: true });
  });
  test.each<[string, RequestListener]>([
    ["before an answer", () => stop.abort()],
    ["in an answer", (_request, response) => void response.write(`{"ok":`, () => stop.abort())],
  ])("ends a request of ours %s", async (_, listener) => {
    stop = new AbortController();
    listeners = [listener];
    await expect(ours(stop.signal)("GET /things", {})).rejects.toMatchObject({ name: "AbortError" });
    expect(requests).toHaveLength(1);
  });
  test("that has aborted lets nothing out", async () => {
    listeners = [answerOk];
    const request = { method: "GET", url: new URL(`${base}/things`), headers: {} };
    await expect(bare()(request, AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
    expect(requests).toHaveLength(0);
  });
  let stop: AbortController;
});

test("an answer that never comes is given up", async () => {
  listeners = [() => {}];
  await expect(ours(undefined, (read) => herokuSend({}, read, 20))("POST /things", {}, { body: { name: "a" } })).rejects.toMatchObject({
    code: "HOST_UNREACHABLE",
  });
});

test("an answer that is no JSON is text, a refusal keeps its status, headers and body", async () => {
  listeners = [(_request, response) => void response.end("plain"), refuse(404)];
  const send = bare();
  const request = { method: "GET", url: new URL(`${base}/things`), headers: {} };
  await expect(send(request, undefined)).resolves.toMatchObject({ status: 200, body: "plain" });
  await expect(send(request, undefined)).resolves.toMatchObject({
    status: 404,
    headers: { "retry-after": "0" },
    body: { id: "busy" },
  } satisfies Partial<HttpAnswer>);
});

test("an answer that is too long is left", async () => {
  listeners = [(_request, response) => void response.writeHead(500).end(" ".repeat(1 << 17))];
  const { status, body } = await bare()({ method: "GET", url: new URL(`${base}/things`), headers: {} }, undefined);
  expect({ status, length: String(body).length < 100 }).toEqual({ status: 500, length: true });
});

test("the token goes as Bearer, and a body as it is", async () => {
  let received = "";
  listeners = [(request, response) => void request.on("data", (data) => (received += String(data))).on("end", () => response.end())];
  expect(await ours()("POST /things", {}, { body: { name: "ü" } })).toBeUndefined();
  expect(requests[0]?.headers).toMatchObject({ authorization: "Bearer token", "content-type": "application/json" });
  expect(received).toBe(`{"name":"ü"}`);
});

/** Two pages for the default range, else one. */
const page: RequestListener = ({ headers }, response) =>
  headers["range"] === "name b.."
    ? void response.end(`["b"]`)
    : void response.writeHead(206, { "next-range": "name b.." }).end(`["${headers["range"]?.startsWith("id") ? "a" : "own"}"]`);

describe("a proxy", () => {
  const elsewhere = { method: "GET", url: new URL("http://heroku.invalid/things"), headers: {} };
  afterEach(() => vi.unstubAllEnvs());
  test.each([
    [
      "Heroku's own",
      (port: string) => ({ HEROKU_HTTP_PROXY_HOST: "127.0.0.1", HEROKU_HTTP_PROXY_PORT: port, HEROKU_HTTP_PROXY_AUTH: "me:p@w" }),
    ],
    ["the usual one", (port: string) => ({ http_proxy: `http://me:p%40w@127.0.0.1:${port}` })],
  ])("is the caller's: %s", async (_what, env) => {
    listeners = [answerOk];
    await expect(bare(env(new URL(base).port))(elsewhere, undefined)).resolves.toMatchObject({ body: { ok: true } });
    expect(requests[0]?.headers["proxy-authorization"]).toBe(`Basic ${Buffer.from("me:p@w").toString("base64")}`);
  });
  test("is never that of the process", async () => {
    listeners = [answerOk];
    const { port } = new URL(base);
    for (const [name, value] of Object.entries({ HEROKU_HTTP_PROXY_HOST: "127.0.0.1", HEROKU_HTTP_PROXY_PORT: port, http_proxy: base }))
      vi.stubEnv(name, value);
    await expect(bare()(elsewhere, undefined)).rejects.toMatchObject({
      code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) as string,
    });
    expect(requests).toEqual([]);
  });
});

test("pages of a list are one answer, unless a range was asked for", async () => {
  listeners = [page];
  expect(await ours()("GET /things", {})).toEqual(["a", "b"]);
  expect(await ours()("GET /things", {}, { headers: { range: "version ..; max=1" } })).toEqual(["own"]);
});
