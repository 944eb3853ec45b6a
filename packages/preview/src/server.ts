import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { PublishError } from "@datasette-publish/core";
import type { ResponseSink, Send } from "./bridge.ts";
import { bodyRefused, maxBodyBytes, methodRefused, refuse, type Guard, type Refusal } from "./guard.ts";

/** Headers that belong to one connection (RFC 9110 §7.6.1); Node sets its own. */
const hopByHop = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade"]);
/** How long a client whose body is refused may go on sending: one that is cut off in the middle does not read the answer. */
const lingerMs = 1000;

/** An HTTP server that passes on to Datasette what the guard lets through. */
export function createPreviewServer(send: Send, guard: Guard): Server {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    response.setHeader("content-security-policy", `frame-ancestors ${guard.frameAncestors}`);
    const refusal = refuse(request, guard);
    if (refusal !== null) return sendRefusal(request, response, refusal);
    if (request.headers.expect !== undefined) response.writeContinue();
    pass(send, request, response, guard).catch(() => response.destroy());
  };
  return createServer(answer).on("checkContinue", answer).on("connect", refuseConnect);
}

/**
 * Listens and gives the port.
 * @throws PublishError `PORT_TAKEN`.
 */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(port, host, resolve);
  try {
    await promise;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    const message = `Port ${port} of ${host} is taken.`;
    throw new PublishError("PORT_TAKEN", message, "Choose another port, or 0 for a free one.", { host, port }, error);
  }
  return (server.address() as AddressInfo).port;
}

async function pass(send: Send, request: IncomingMessage, response: ServerResponse, guard: Guard): Promise<void> {
  const body = await readBody(request);
  if (response.destroyed) return;
  if (body === null) return sendRefusal(request, response, bodyRefused);
  const plain = { method: request.method ?? "GET", target: request.url ?? "/", headers: pairs(request.rawHeaders), body };
  const cancel = send(plain, responseSink(response, guard));
  response.once("close", cancel);
}

/** Null as soon as the body is larger than may be. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The connection ends with a refusal whose request has a body: what is still sent is thrown away. */
function sendRefusal(request: IncomingMessage, response: ServerResponse, { status, text, headers }: Refusal): void {
  const line = `${text}\n`;
  const { "content-length": length, "transfer-encoding": chunked } = request.headers;
  const hasBody = length !== undefined || chunked !== undefined;
  const closing = hasBody ? { connection: "close" } : {};
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", "content-length": line.length, ...headers, ...closing });
  if (!hasBody || request.method === "HEAD") {
    response.end(line);
    return;
  }
  response.write(line);
  const end = (): void => void response.end();
  const timer = setTimeout(end, lingerMs);
  request
    .resume()
    .once("close", () => clearTimeout(timer))
    .once("end", end);
}

/** Node hands CONNECT over as a bare socket. */
function refuseConnect(_request: IncomingMessage, socket: Duplex): void {
  const { status, headers } = methodRefused;
  const lines = Object.entries({ ...headers, "content-length": "0", connection: "close" }).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, "", ""].join("\r\n"));
}

function responseSink(response: ServerResponse, { cors, frameAncestors }: Guard): ResponseSink {
  const passes = (name: string): boolean => !hopByHop.has(name) && (cors || !name.startsWith("access-control-"));
  return {
    head(status, headers) {
      const own: [string, string] = ["content-security-policy", `frame-ancestors ${frameAncestors}`];
      response.writeHead(status, [...headers.filter(([name]) => passes(name.toLowerCase())), own].flat());
    },
    chunk(bytes, taken) {
      if (response.write(bytes)) taken();
      else response.once("drain", taken);
    },
    end: () => response.end(),
    broken(message) {
      if (response.headersSent) response.destroy();
      else response.writeHead(502, { "content-type": "text/plain; charset=utf-8" }).end(`${message}\n`);
    },
  };
}

function pairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, index) => [(raw[index * 2] ?? "").toLowerCase(), raw[index * 2 + 1] ?? ""]);
}
