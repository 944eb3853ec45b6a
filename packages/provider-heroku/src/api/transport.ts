import { parseBody, readText, type HttpAnswer, type HttpRequest, type Send } from "@datasette-publish/core";
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import HerokuRequest from "heroku-client/lib/request.js";

/** A connection that carries nothing for this long is given up. */
const idleTimeoutMs = 60_000;

/**
 * {@link Send} by heroku-client, which knows Heroku's headers, `HEROKU_HTTP_PROXY_HOST`, extra certificates (`SSL_CERT_FILE`) and lists
 * in pages. One call is one attempt: who calls decides what may be repeated.
 */
export function herokuSend(timeoutMs = idleTimeoutMs): Send {
  return async (request, signal) => {
    const attempt = new Attempt(request, timeoutMs, signal);
    try {
      return (await attempt.request()) as HttpAnswer;
    } finally {
      attempt.end();
    }
  };
}

/** What heroku-client leaves open: it repeats a POST, joins broken characters, waits for answers that broke off, prints them, passes by `HTTPS_PROXY`, and cannot be stopped. */
class Attempt extends HerokuRequest {
  readonly #signal: AbortSignal | undefined;
  #current: ClientRequest | undefined;

  constructor({ method, url, headers, body }: HttpRequest, timeout: number, signal: AbortSignal | undefined) {
    super({ host: url.origin, path: url.pathname + url.search, method, headers: { ...headers }, body, json: false, timeout });
    const { Agent } = url.protocol === "https:" ? https : http;
    if (!process.env["HEROKU_HTTP_PROXY_HOST"]) this.agent = new Agent({ proxyEnv: process.env });
    this.#signal = signal;
    signal?.addEventListener("abort", this.#abort);
  }

  readonly #abort = (): void => void this.#current?.destroy(this.#signal?.reason as Error);

  end(): void {
    this.#signal?.removeEventListener("abort", this.#abort);
  }

  /** Called for every request before it is sent; the original prints headers. */
  protected override logRequest(request: ClientRequest): void {
    this.#current = request;
    if (this.#signal?.aborted) this.#abort();
  }

  protected override handleError(error: Error): void {
    this.reject(error);
  }

  protected override handleResponse(response: IncomingMessage): void {
    readText(response, response.statusCode ?? 0).then((content) => this.#settle(response, parseBody(content)), this.reject);
  }

  /** Pages of a list are one answer, unless the caller asked for a range of its own. */
  #settle({ statusCode: status = 0, headers }: IncomingMessage, body: unknown): void {
    const nextRange = headers["next-range"];
    if (status === 206 && typeof nextRange === "string" && this.options.headers["range"] === undefined)
      return this.nextRequest(nextRange, body);
    if (status < 300) this.updateAggregate(body);
    const texts = Object.entries(headers).map(([name, value]) => [name, String(value)]);
    this.resolve({ status, headers: Object.fromEntries(texts), body: status < 300 ? this.aggregate : body });
  }
}
