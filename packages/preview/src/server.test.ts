import { connect } from "node:net";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import type { PlainRequest } from "./messages.ts";
import { allowedHosts, maxBodyBytes, toBasePath, type Guard } from "./guard.ts";
import { createPreviewServer, listen } from "./server.ts";

const open: Guard = { hosts: allowedHosts([]), basePath: null, cors: false, frameAncestors: "'self'" };
const siteHeaders: [string, string][] = [
  ["content-type", "text/plain"],
  ["Access-Control-Allow-Origin", "*"],
  ["access-control-allow-headers", "Authorization"],
  ["content-security-policy", "default-src 'self'"],
];
const closing: (() => void)[] = [];

afterEach(() => closing.splice(0).forEach((close) => close()));

/** A server in front of a site that answers every request with its path; `seen` is what reached the site. */
async function serve(guard: Partial<Guard> = {}) {
  const seen: PlainRequest[] = [];
  const server = createPreviewServer(
    (request, sink) => {
      seen.push(request);
      sink.head(200, siteHeaders);
      sink.chunk(Buffer.from(request.target), () => {});
      sink.end();
      return () => {};
    },
    { ...open, ...guard },
  );
  const port = await listen(server, 0, "127.0.0.1");
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { port, seen, ask: (options: Asked = {}) => fetchFrom(port, options) };
}

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

async function fetchFrom(
  port: number,
  { body, ...options }: Asked,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; headers: IncomingHttpHeaders; body: string }>();
  const request = httpRequest({ host: "127.0.0.1", port, ...options }, (response) => {
    text(response).then((read) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read }), reject);
  });
  request.once("error", reject);
  request.end(body);
  return await promise;
}

/** What comes back for bytes that a client writes; ends when the server closes the connection. */
async function write(port: number, ...parts: (string | Buffer)[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  for (const part of parts) socket.write(part);
  return await text(socket);
}

describe("Host", () => {
  it.each(["127.0.0.1", "127.0.0.1:1", "localhost", "LOCALHOST:8001", "[::1]", "[::1]:8001"])("answers %s", async (host) => {
    const { ask } = await serve();
    expect((await ask({ headers: { host } })).status).toBe(200);
  });

  it.each([
    "evil.example",
    "evil.example:8001",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "127.0.0.1:8001:8001x",
    "::1",
    "10.0.0.1",
  ])("refuses %s with 421", async (host) => {
    const { ask, seen } = await serve();
    const { status, headers } = await ask({ path: "/data.db", headers: { host } });
    expect(status).toBe(421);
    expect(headers["content-security-policy"]).toBe("frame-ancestors 'self'");
    expect(seen).toEqual([]);
  });

  it("refuses a request without a host", async () => {
    const { port } = await serve();
    expect(await write(port, "GET / HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 421 /);
  });

  it("answers names that were allowed, and takes no address for one", async () => {
    const { ask } = await serve({ hosts: allowedHosts(["Pets.test"]) });
    expect((await ask({ headers: { host: "pets.TEST:80" } })).status).toBe(200);
    for (const name of ["http://pets.test", "pets.test:80", "*", ""])
      expect(() => allowedHosts([name])).toThrowError(expect.objectContaining({ code: "OPTION_INVALID" }) as Error);
  });
});

describe("headers", () => {
  it("leaves out access-control-* and adds frame-ancestors to the site's own policy", async () => {
    const { ask } = await serve();
    const { headers } = await ask();
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(headers["content-security-policy"]).toBe("default-src 'self', frame-ancestors 'self'");
  });

  it("passes access-control-* when asked", async () => {
    const { ask } = await serve({ cors: true, frameAncestors: "https://app.test" });
    const { headers } = await ask();
    expect(headers["access-control-allow-origin"]).toBe("*");
    expect(headers["content-security-policy"]).toContain("frame-ancestors https://app.test");
  });
});

describe("paths", () => {
  it("knows nothing outside its base path", async () => {
    const { ask, seen } = await serve({ basePath: "/4f1c/" });
    expect((await ask({ path: "/4f1c/data?x=1" })).body).toBe("/4f1c/data?x=1");
    for (const path of ["/", "/data", "/4f1c", "/4F1C/", "//4f1c/", "/4f1c2/"]) expect((await ask({ path })).status).toBe(404);
    expect(seen).toHaveLength(1);
  });

  it.each(["4f1c", "/4f1c", "4f1c/", "/", "/a b/", "/a//b/", "/ä/"])("refuses %s as a base path", (path) => {
    expect(() => toBasePath(path)).toThrowError(expect.objectContaining({ code: "OPTION_INVALID" }) as Error);
  });

  it("refuses a target that is no path", async () => {
    const { port, seen } = await serve();
    const answer = await write(port, "GET http://127.0.0.1/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(seen).toEqual([]);
  });
});

describe("methods", () => {
  it.each(["TRACE", "PROPFIND", "PURGE", "LINK"])("answers %s with 405", async (method) => {
    const { ask, seen } = await serve();
    const { status, headers } = await ask({ method });
    expect(status).toBe(405);
    expect(headers.allow).toContain("GET");
    expect(seen).toEqual([]);
  });

  it("answers CONNECT with 405", async () => {
    const { port } = await serve();
    expect(await write(port, "CONNECT example.test:443 HTTP/1.1\r\nHost: example.test\r\n\r\n")).toMatch(
      /^HTTP\/1\.1 405 .*\r\nallow: GET/s,
    );
  });

  it.each(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])("passes %s on", async (method) => {
    const { ask, seen } = await serve();
    expect((await ask({ method })).status).toBe(200);
    expect(seen).toMatchObject([{ method }]);
  });
});

const post = (framing: string) => `POST / HTTP/1.1\r\nHost: localhost\r\n${framing}\r\n\r\n`;

describe("bodies", () => {
  it("passes on a body of the largest size", async () => {
    const { ask, seen } = await serve();
    const body = "x".repeat(maxBodyBytes);
    expect((await ask({ method: "POST", body, headers: { "content-length": String(body.length) } })).status).toBe(200);
    expect(seen[0]?.body.length).toBe(maxBodyBytes);
  });

  it("refuses a longer one before it is sent, and closes the connection", async () => {
    const { port, seen } = await serve();
    expect(await write(port, post(`Content-Length: ${maxBodyBytes + 1}`))).toMatch(/^HTTP\/1\.1 413 .*\r\nconnection: close/is);
    expect(seen).toEqual([]);
  });

  it("refuses a longer one while it is sent in chunks", async () => {
    const { port, seen } = await serve();
    const chunk = Buffer.concat([Buffer.from("10000\r\n"), Buffer.alloc(0x1_00_00, "x"), Buffer.from("\r\n")]);
    const chunks = Array.from({ length: 40 }, () => chunk);
    expect(await write(port, post("Transfer-Encoding: chunked"), ...chunks)).toMatch(/^HTTP\/1\.1 413 .*\r\nconnection: close/is);
    expect(seen).toEqual([]);
  });

  it("does not ask for a longer one that the client has not begun to send", async () => {
    const { port } = await serve();
    const small = await write(port, post("Content-Length: 1\r\nConnection: close\r\nExpect: 100-continue"), "x");
    expect(small).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
    expect(await write(port, post(`Content-Length: ${maxBodyBytes + 1}\r\nExpect: 100-continue`))).toMatch(/^HTTP\/1\.1 413 /);
  });
});
