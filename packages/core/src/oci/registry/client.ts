import { isPublishError, type PublishError, type Facts } from "../../errors/publish-error.ts";
import type { Clock } from "../../run/clock.ts";
import type { Reference } from "../reference.ts";
import { basicHeader, parseChallenges, readToken, tokenRequest, type Challenge, type Credentials } from "./auth.ts";
import { endpointOf } from "./endpoint.ts";
import { isUntrusted, requestLine, unreachable } from "../../http/failures.ts";
import { parseBody } from "../../http/exchange.ts";
import { isLoopback } from "../../http/loopback.ts";
import { readText, slowestAnswerMs, tooLong } from "../../http/read.ts";
import { secretsOf } from "../../http/secrets.ts";
import { refusal, unauthorized } from "./failures.ts";
import { parseRetryAfter, transience, Transient } from "../../http/retry.ts";

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

const maxRedirects = 5;

/** A body that can be sent again: every attempt opens it anew. */
export interface Body {
  readonly sizeBytes: number;
  open(): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
}

export interface RegistryRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
  /** Statuses to accept; any other is an error. */
  readonly expected: readonly number[];
}

export interface ClientOptions {
  readonly reference: Reference;
  /** True for a repository that was just made: a 404 may pass. */
  readonly isNew: boolean;
  readonly fetch: typeof globalThis.fetch;
  /** Asked once, when the registry first wants to know who this is. */
  readonly credentials: () => Promise<Credentials | null>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * One registry and repository: sends requests with the authorization the registry asks for (Basic, or Bearer by its token server),
 * follows redirects without ever carrying credentials to another origin. Does not retry: what may pass is thrown as {@link Transient}.
 */
export class RegistryClient {
  readonly endpoint: URL;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly #options: ClientOptions;
  readonly #scope: string;
  readonly #secrets = secretsOf([]);
  #authorization: string | null = null;
  #credentials: Promise<Credentials | null> | null = null;
  #pendingAuthorization: Promise<string> | null = null;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.signal = options.signal;
    this.endpoint = endpointOf(options.reference);
    this.#scope = `repository:${options.reference.repository}:pull,push`;
  }

  /** URL below `/v2/<repository>/`. */
  url(path: string): URL {
    return new URL(`${this.#options.reference.repository}/${path}`, this.endpoint);
  }

  /**
   * Sends one request and gives back an expected answer.
   *
   * @throws PublishError `REGISTRY_UNAUTHORIZED`, `REGISTRY_REFUSED`, `REGISTRY_UNREACHABLE`; {@link Transient} around those that may pass
   */
  async send(request: RegistryRequest): Promise<Response> {
    const used = this.#authorization;
    let { response, url } = await this.#follow(request, used);
    if (response.status === 401 && this.#isOwn(url)) {
      await response.body?.cancel();
      ({ response } = await this.#follow(request, await this.#authorize(response, used)));
    }
    if (request.expected.includes(response.status)) return response;
    const line = requestLine(request.method, request.url);
    throw await this.#failure(response, line);
  }

  #isOwn(url: URL): boolean {
    return url.origin === this.endpoint.origin;
  }

  /** The answer, and the URL that gave it. */
  async #follow(request: RegistryRequest, authorization: string | null): Promise<{ response: Response; url: URL }> {
    let { url } = request;
    for (let redirects = 0; ; redirects++) {
      const response = await this.#fetch(request, url, this.#isOwn(url) ? authorization : null);
      const location = response.headers.get("location");
      if (!redirectStatuses.has(response.status) || location === null || request.expected.includes(response.status))
        return { response, url };
      await response.body?.cancel();
      if (redirects === maxRedirects) throw refusal(requestLine(request.method, url), response.status, "too many redirects");
      url = this.resolve(location, url);
    }
  }

  /** Resolves a `Location` against the URL that gave it. Refuses plain HTTP except on this machine, and a way to this machine from another. */
  resolve(location: string, base: URL): URL {
    const url = URL.canParse(location, base) ? new URL(location, base) : null;
    const secure = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url));
    if (url === null || !secure || (isLoopback(url) && !isLoopback(this.endpoint)))
      throw refusal(requestLine("GET", base), null, "it points to an address that is not safe to send to");
    return url;
  }

  async #fetch(request: RegistryRequest, url: URL, authorization: string | null): Promise<Response> {
    const headers: Record<string, string> = { "user-agent": "datasette-publish", ...request.headers };
    if (authorization !== null) headers["authorization"] = authorization;
    if (request.body !== undefined) headers["content-length"] = String(request.body.sizeBytes);
    return this.#reach(request.method, url, { headers, body: request.body?.open() ?? null });
  }

  async #reach(
    method: string,
    url: URL,
    init: { headers: Record<string, string>; body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | string | null },
  ): Promise<Response> {
    // An upload takes as long as it takes; fetch ends one that stands still.
    const isUpload = init.body instanceof ReadableStream;
    const signal = isUpload ? this.signal : AbortSignal.any([this.signal, AbortSignal.timeout(slowestAnswerMs)]);
    const options = { method, ...init, redirect: "manual", signal, duplex: "half" } as const;
    return this.#options.fetch(url, options).catch((error: unknown) => this.#failed(error, requestLine(method, url)));
  }

  /** Throws the error for a request without a whole answer. */
  #failed(error: unknown, line: string): never {
    if (this.signal.aborted) throw this.signal.reason;
    if (error instanceof Error && isPublishError(error.cause)) throw error.cause;
    const failure = unreachable("REGISTRY_UNREACHABLE", "the registry", line, error);
    throw isUntrusted(failure.facts["reason"]) ? failure : new Transient(failure);
  }

  /** Concurrent requests that were told to authenticate share one answer. */
  async #authorize(response: Response, used: string | null): Promise<string> {
    if (this.#authorization !== null && this.#authorization !== used) return this.#authorization;
    this.#pendingAuthorization ??= this.#askAuthorization(response).finally(() => (this.#pendingAuthorization = null));
    this.#authorization = await this.#pendingAuthorization;
    return this.#authorization;
  }

  async #askAuthorization(response: Response): Promise<string> {
    const challenges = parseChallenges(response.headers.get("www-authenticate") ?? "");
    this.#credentials ??= this.#options.credentials();
    const credentials = await this.#credentials;
    this.#remember(credentials);
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    if (bearer !== undefined) return `Bearer ${await this.#fetchToken(bearer, credentials)}`;
    const basic = challenges.some(({ scheme }) => scheme === "basic");
    if (!basic || credentials === null || "identityToken" in credentials) throw this.#denied(credentials);
    return basicHeader(credentials.username, credentials.password);
  }

  async #fetchToken(challenge: Challenge, credentials: Credentials | null): Promise<string> {
    const request = tokenRequest(challenge, challenge.parameters["scope"] ?? this.#scope, credentials);
    if (request === null) throw this.#denied(credentials);
    const url = this.resolve(request.url.href, this.endpoint);
    const line = requestLine(request.init.method, url);
    const response = await this.#reach(request.init.method, url, { headers: request.init.headers, body: request.init.body ?? null });
    if (response.status !== 200) throw await this.#failure(response, line);
    const text = await readText(response.body, response.status).catch((error: unknown) => this.#failed(error, line));
    const token = readToken(parseBody(text));
    if (token === null) throw refusal(line, response.status, text === tooLong ? tooLong : "its token server gave no token");
    this.#secrets.add(token);
    return token;
  }

  async #failure(response: Response, line: string): Promise<PublishError | Transient> {
    const { status } = response;
    const detail = this.#secrets.text(await readErrors(response)).slice(0, 300);
    if (status === 401 || status === 403) return this.#denied(await this.#credentials, { status, request: line, detail });
    const error = refusal(line, status, detail);
    const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"), Date.now());
    const mayPass = transience(status, retryAfterMs) !== null || (status === 404 && this.#options.isNew);
    return mayPass ? new Transient(error, retryAfterMs) : error;
  }

  #denied(credentials: Credentials | null, facts: Facts = {}): PublishError {
    return unauthorized(this.#options.reference, credentials !== null, facts);
  }

  #remember(credentials: Credentials | null): void {
    if (credentials === null) return;
    const { username, password } = "identityToken" in credentials ? { username: "", password: credentials.identityToken } : credentials;
    [password, `${username}:${password}`].forEach(this.#secrets.add);
  }
}

/** distribution-spec, "Error Codes": `{"errors": [{"code", "message"}]}`; anything else says nothing. */
async function readErrors(response: Response): Promise<string> {
  const text = await readText(response.body, response.status).catch(() => "");
  if (text === tooLong) return tooLong;
  const errors = (parseBody(text) as { errors?: unknown } | null | undefined)?.errors;
  if (!Array.isArray(errors)) return "";
  const texts = errors.map((error: { code?: string; message?: string } | null) => `${error?.code ?? ""} ${error?.message ?? ""}`);
  return texts.join("; ").trim();
}
