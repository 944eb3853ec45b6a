import { isPublishError, type PublishError } from "../../errors/publish-error.ts";
import type { Report } from "../../events/events.ts";
import { systemClock, type Clock } from "../../run/clock.ts";
import type { Reference } from "../reference.ts";
import { basicHeader, parseChallenges, readToken, tokenRequest, type Challenge, type Credentials } from "./auth.ts";
import { endpointOf } from "./endpoint.ts";
import { isUntrusted, requestLine, unreachable } from "../../http/failures.ts";
import { isLoopback } from "../../http/loopback.ts";
import { parseBody } from "../../http/exchange.ts";
import { readText, slowestAnswerMs, tooLong } from "../../http/read.ts";
import { secretsOf } from "../../http/secrets.ts";
import { parseRetryAfter, transience, Transient, type Retrying } from "../../http/retry.ts";
import { StallWatch, watched } from "../../http/stall.ts";
import { problem, readWords, refusal, unauthorized, type Actions } from "./failures.ts";

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

const maxRedirects = 5;

/** How often one request asks for new credentials: other requests may use up a token meanwhile. */
const maxChallenges = 2;

/** A body that can be sent again: every attempt opens it anew. */
export interface Body {
  /** Null: it is not known yet, and the body goes in chunks (RFC 9112, section 7.1). */
  readonly sizeBytes: number | null;
  open(): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
}

export interface RegistryRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PATCH" | "PUT";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
  /** Statuses to accept; any other is an error. */
  readonly expected: readonly number[];
  /** Ends the request, besides the client's. Given for a body that is read for as long as it takes. */
  readonly signal?: AbortSignal;
}

/** An `Authorization` header, and what it is good for: what may write may read, too. */
interface Granted {
  readonly authorization: string;
  readonly allows: Actions;
}

export interface ClientOptions {
  readonly reference: Reference;
  /** What is done at most; a request that only reads asks for no more than that. */
  readonly actions: Actions;
  /** True for a repository that was just made: a 404 may pass. */
  readonly isNew?: boolean;
  readonly fetch: typeof globalThis.fetch;
  /** Asked once, when the registry first wants to know who this is. */
  readonly credentials: () => Promise<Credentials | null>;
  readonly clock: Clock;
  /** What a transfer that stands still is measured by. Unset: real time. */
  readonly transferClock?: Clock | undefined;
  /** Told of every attempt that failed and is made again. */
  readonly report: Report;
  readonly signal: AbortSignal;
}

/**
 * One registry and repository: sends requests with the authorization the registry asks for (Basic, or Bearer by its token server),
 * follows redirects without ever carrying credentials to another origin. Does not retry: what may pass is thrown as {@link Transient}.
 */
export class RegistryClient implements Retrying {
  readonly endpoint: URL;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly report: Report;
  readonly #options: ClientOptions;
  readonly #secrets = secretsOf([]);
  /** By what a token allows: one to read may be no good to write. */
  readonly #authorizations = new Map<Actions, string>();
  readonly #pending = new Map<Actions, Promise<Granted>>();
  #credentials: Promise<Credentials | null> | null = null;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.signal = options.signal;
    this.report = options.report;
    this.endpoint = endpointOf(options.reference);
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
    const actions = /^(GET|HEAD)$/.test(request.method) ? "pull" : this.#options.actions;
    const line = requestLine(request.method, request.url);
    for (let challenges = 0; ; challenges++) {
      const used = this.#authorizations.get(actions) ?? null;
      const { response, url } = await this.#follow(request, used);
      if (request.expected.includes(response.status)) return response;
      const isChallenge = response.status === 401 && this.#isOwn(url) && challenges < maxChallenges;
      if (!isChallenge || (await this.#authorize(response, actions, used, line)) === used) throw await this.#failure(response, line);
      await response.body?.cancel();
    }
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
      if (redirects === maxRedirects) throw refusal(requestLine(request.method, url), response.status, problem("too many redirects"));
      url = this.resolve(location, url, request.method);
    }
  }

  /** Resolves a `Location` against the URL that gave it. Refuses one with a user in it, plain HTTP except on this machine, and a way to this machine from another. */
  resolve(location: string, base: URL, method = "GET"): URL {
    const url = URL.canParse(location, base) ? new URL(location, base) : null;
    const secure = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url));
    if (url === null || !secure || url.username !== "" || url.password !== "" || (isLoopback(url) && !isLoopback(this.endpoint)))
      throw refusal(requestLine(method, base), null, problem("it points to an address that is not safe to send to"));
    return url;
  }

  async #fetch(request: RegistryRequest, url: URL, authorization: string | null): Promise<Response> {
    const headers: Record<string, string> = { "user-agent": "datasette-publish", ...request.headers };
    if (authorization !== null) headers["authorization"] = authorization;
    if (typeof request.body?.sizeBytes === "number") headers["content-length"] = String(request.body.sizeBytes);
    const body = request.body?.open() ?? null;
    const line = requestLine(request.method, url);
    if (body instanceof ReadableStream) return this.#upload(line, url, { method: request.method, headers, body });
    const stop = request.signal ?? AbortSignal.timeout(slowestAnswerMs);
    return this.#reach(line, url, { method: request.method, headers, body }, stop);
  }

  /** An upload takes as long as it takes, but does not stand still. When all is sent, storing it may take as long again. */
  async #upload(line: string, url: URL, { body, ...init }: RequestInit & { body: ReadableStream<Uint8Array> }): Promise<Response> {
    const watch = this.watch();
    try {
      return await this.#reach(line, url, { ...init, body: ReadableStream.from(watched(body, watch, this.#transferClock)) }, watch.signal);
    } finally {
      watch.stop();
    }
  }

  get #transferClock(): Clock {
    return this.#options.transferClock ?? systemClock;
  }

  /** Ends a transfer that stands still. */
  watch(): StallWatch {
    return new StallWatch(this.#transferClock);
  }

  async #reach(line: string, url: URL, init: RequestInit, stop: AbortSignal): Promise<Response> {
    const signal = AbortSignal.any([this.signal, stop]);
    const options: RequestInit = { ...init, redirect: "manual", signal, duplex: "half" };
    return this.#options.fetch(url, options).catch((error: unknown) => this.fail(stop.aborted ? stop.reason : error, line));
  }

  /** Throws the error for a request without a whole answer. */
  fail(error: unknown, line: string): never {
    if (this.signal.aborted) throw this.signal.reason;
    if (isPublishError(error) || error instanceof Transient) throw error;
    if (error instanceof Error && isPublishError(error.cause)) throw error.cause;
    const failure = unreachable("REGISTRY_UNREACHABLE", "the registry", line, error);
    throw isUntrusted(failure.facts["reason"]) ? failure : new Transient(failure);
  }

  /** Concurrent requests that were told to authenticate share one answer. */
  async #authorize(response: Response, actions: Actions, used: string | null, line: string): Promise<string> {
    const known = this.#authorizations.get(actions) ?? null;
    if (known !== null && known !== used) return known;
    const ask = () => this.#askAuthorization(response, actions, line).finally(() => this.#pending.delete(actions));
    const pending = this.#pending.get(actions) ?? ask();
    this.#pending.set(actions, pending);
    const { authorization, allows } = await pending;
    for (const each of allows === "pull" ? [allows] : (["pull", allows] as const)) this.#authorizations.set(each, authorization);
    return authorization;
  }

  async #askAuthorization(response: Response, actions: Actions, line: string): Promise<Granted> {
    const challenges = parseChallenges(response.headers.get("www-authenticate") ?? "");
    this.#credentials ??= this.#options.credentials();
    const credentials = await this.#credentials;
    this.#remember(credentials);
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    const scope = bearer?.parameters["scope"] ?? `repository:${this.#options.reference.repository}:${this.#options.actions}`;
    const token = bearer === undefined ? null : await this.#fetchToken(bearer, scope, credentials);
    if (token !== null) return { authorization: `Bearer ${token}`, allows: /:[^:]*\bpush\b[^:]*$/.test(scope) ? "pull,push" : actions };
    const basic = challenges.some(({ scheme }) => scheme === "basic");
    if (!basic || credentials === null || "identityToken" in credentials) throw await this.#failure(response, line);
    return { authorization: basicHeader(credentials.username, credentials.password), allows: "pull,push" };
  }

  /** Null when the challenge names no token server. */
  async #fetchToken(challenge: Challenge, scope: string, credentials: Credentials | null): Promise<string | null> {
    const request = tokenRequest(challenge, scope, credentials);
    if (request === null) return null;
    const { method, ...init } = request.init;
    const url = this.resolve(request.url.href, this.endpoint);
    const line = requestLine(method, url);
    const response = await this.#reach(line, url, { method, ...init }, AbortSignal.timeout(slowestAnswerMs));
    if (response.status !== 200) throw await this.#failure(response, line);
    const text = await readText(response.body, response.status).catch((error: unknown) => this.fail(error, line));
    const token = readToken(parseBody(text));
    if (token === null) throw refusal(line, response.status, problem(text === tooLong ? tooLong : "it gave no token"));
    this.#secrets.add(token);
    return token;
  }

  async #failure(response: Response, line: string): Promise<PublishError | Transient> {
    const { status } = response;
    const words = await readWords(response);
    const answer = { request: line, status, codes: words.codes, detail: this.#secrets.text(words.detail).slice(0, 300) };
    if (status === 401 || status === 403) {
      const used = this.#credentials === null ? null : (await this.#credentials) !== null;
      return unauthorized(this.#options.reference, this.#options.actions, used, answer);
    }
    const error = refusal(line, status, answer);
    const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"), Date.now());
    const isLost = words.codes.includes("BLOB_UPLOAD_UNKNOWN") || (status === 404 && this.#options.isNew === true);
    return isLost || transience(status, retryAfterMs) !== null ? new Transient(error, retryAfterMs) : error;
  }

  #remember(credentials: Credentials | null): void {
    if (credentials === null) return;
    const { username, password } = "identityToken" in credentials ? { username: "", password: credentials.identityToken } : credentials;
    [password, `${username}:${password}`].forEach(this.#secrets.add);
  }
}
