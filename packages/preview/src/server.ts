import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { PublishError } from "@datasette-publish/core";
import type { Bridge, ResponseSink } from "./bridge.ts";

/** Headers that belong to one connection (RFC 9110 §7.6.1); Node sets its own. */
const hopByHop = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade"]);

/** An HTTP server that passes every request on to Datasette. */
export function createPreviewServer(bridge: Bridge): Server {
  return createServer((request, response) => {
    pass(bridge, request, response).catch(() => response.destroy());
  });
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

async function pass(bridge: Bridge, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  if (response.destroyed) return;
  const plain = { method: request.method ?? "GET", target: request.url ?? "/", headers: pairs(request.rawHeaders), body };
  const cancel = bridge.send(plain, responseSink(response));
  response.once("close", cancel);
}

function responseSink(response: ServerResponse): ResponseSink {
  return {
    head(status, headers) {
      response.writeHead(status, headers.filter(([name]) => !hopByHop.has(name.toLowerCase())).flat());
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
