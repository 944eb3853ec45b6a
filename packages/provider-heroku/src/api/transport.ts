import type { Environment, HttpAnswer, HttpRequest, ReadBody, Send } from "@datasette-publish/core/provider";
import http, { type ClientRequest, type IncomingMessage } from "node:http";
import https from "node:https";
import HerokuRequest from "heroku-client/lib/request.js";

/** A connection that carries nothing for this long is given up. */
const idleTimeoutMs = 60_000;

/**
 * {@link Send} by heroku-client, which knows Heroku's headers, extra certificates (`SSL_CERT_FILE` of the process) and lists in pages.
 * Proxies are those of `env`. One call is one attempt: who calls decides what may be repeated.
 */
export function herokuSend(env: Environment, read: ReadBody, timeoutMs = idleTimeoutMs): Send {
  return async (request, signal) => {
    const attempt = new Attempt(request, { env, read, timeoutMs, signal });
    try {
      return (await attempt.request()) as HttpAnswer;
    } finally {
      attempt.end();
    }
  };
}

interface Sending {
  readonly env: Environment;
  readonly read: ReadBody;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Heroku's own variables for a proxy before the usual ones. */
function proxiesOf(env: Environment): NodeJS.ProcessEnv {
  const { HEROKU_HTTP_PROXY_HOST: host, HEROKU_HTTP_PROXY_PORT: port = "8080", HEROKU_HTTP_PROXY_AUTH: auth } = env;
  if (!host) return { ...env };
  const proxy = `http://${auth ? `${auth.split(":").map(encodeURIComponent).join(":")}@` : ""}${host}:${port}`;
  return { http_proxy: proxy, https_proxy: proxy };
}

/** What heroku-client leaves open: it repeats a POST, joins broken characters, waits for answers that broke off, prints them, takes proxies from the process, passes by `HTTPS_PROXY`, and cannot be stopped. */
class Attempt extends HerokuRequest {
  readonly #signal: AbortSignal | undefined;
  readonly #read: ReadBody;
  #current: ClientRequest | undefined;

  constructor({ method, url, headers, body }: HttpRequest, { env, read, timeoutMs: timeout, signal }: Sending) {
    super({ host: url.origin, path: url.pathname + url.search, method, headers: { ...headers }, body, json: false, timeout });
    const { Agent } = url.protocol === "https:" ? https : http;
    this.agent = new Agent({ proxyEnv: proxiesOf(env) });
    this.#signal = signal;
    this.#read = read;
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
    this.#read(response, response.statusCode ?? 0).then((body) => this.#settle(response, body), this.reject);
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
