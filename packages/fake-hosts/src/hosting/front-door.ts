import { once } from "node:events";
import { createServer, request as send, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream";

/** The one address of an app at a host: passes requests to what runs now, and answers 503 while nothing does. */
export class FrontDoor {
  #port: number | null = null;
  #url = "";
  readonly #server = createServer((request, response) => this.#pass(request, response));

  /** `http://127.0.0.1:<port>`; `""` until it listens. */
  get url(): string {
    return this.#url;
  }

  /** @returns {@link FrontDoor.url} */
  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.#url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this.#url;
  }

  /** From the next request on, the site answers at this port of 127.0.0.1; null: nowhere. */
  set(port: number | null): void {
    this.#port = port;
  }

  /** Ends it with every connection to it. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    if (this.#port === null) return unavailable(response);
    const { method, url, headers } = request;
    const inner = send({ host: "127.0.0.1", port: this.#port, method, path: url, headers, agent: false });
    inner.on("response", (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, () => {});
    });
    inner.on("error", () => (response.headersSent ? response.destroy() : unavailable(response)));
    response.on("close", () => inner.destroy());
    request.pipe(inner);
  }
}

function unavailable(response: ServerResponse): void {
  response.writeHead(503, { "content-type": "text/plain" }).end("Nothing runs here.\n");
}
