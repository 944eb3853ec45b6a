import { hash } from "node:crypto";
import type { ErrorCode } from "../errors/codes.ts";
import type { Remedies } from "../errors/remedies.ts";
import { PublishError, isPublishError } from "../errors/publish-error.ts";
import type { Report } from "../events/events.ts";
import type { Clock, Waiting } from "../run/clock.ts";
import type { Session } from "../run/session.ts";
import type { Environment } from "./environment.ts";
import { cookieKeeper } from "./cookies.ts";
import { isLoopback } from "./loopback.ts";
import { exchange, fetchSend, readBody } from "./exchange.ts";
import { misunderstood } from "./failures.ts";
import type { Send } from "./message.ts";
import { tooLong } from "./read.ts";

/** A host's API as types: operation (`"PATCH /apps/{app}"`) → what goes in and what a 2xx answer holds. */
export type OperationTypes<O> = { readonly [K in keyof O]: { readonly request: unknown; readonly response: unknown } };

/** Values for `{placeholders}` of the path; what is left goes into the query. */
export type Parameters = Readonly<Record<string, string | number | boolean>>;

export interface CallOptions<Body> {
  readonly body?: Body;
  readonly headers?: Readonly<Record<string, string>>;
  /** Set for a PATCH or POST that may be repeated; GET, HEAD, PUT and DELETE always may. */
  readonly idempotent?: boolean;
}

/** Statuses to accept besides 2xx; the result is null then. */
interface Allow {
  readonly allow: readonly number[];
}

/** Calls one operation, and gives the body of its 2xx answer. */
export interface Api<O extends OperationTypes<O>> {
  <K extends keyof O & string>(
    operation: K,
    parameters: Parameters,
    options: CallOptions<O[K]["request"]> & Allow,
  ): Promise<O[K]["response"] | null>;
  <K extends keyof O & string>(operation: K, parameters?: Parameters, options?: CallOptions<O[K]["request"]>): Promise<O[K]["response"]>;
}

/** How fast one kind of call may be repeated: a bucket of `burst` calls that fills by `perSecond`. */
export interface Pace {
  readonly key: string;
  readonly perSecond: number;
  readonly burst: number;
}

/** Who calls, and about which site: what every verb of a provider gets. */
export interface Caller {
  /** Name of the provider, to log in to, and the host's name as people know it, for errors. */
  readonly provider: string;
  readonly title: string;
  readonly token: string;
  readonly env: Environment;
  readonly options: Readonly<Record<string, unknown>>;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly session: Session;
  readonly signal?: AbortSignal;
  /** Told when a call is tried again. Unset: nobody. */
  readonly report?: Report;
  /** Removes known secrets from a text. Unset: shows all of it. */
  readonly redact?: (text: string) => string;
  /** The site's name at the host; absent while core asks the host whose token it is. */
  readonly name?: string;
}

/** A refusal. `detail` and `id` are the host's own words; `""` and null if it gives none. */
export interface Refused {
  readonly operation: string;
  readonly status: number;
  readonly id: string | null;
  readonly detail: string;
  readonly body: unknown;
}

/** Reads the whole body of an answer with that status, and parses it when it is JSON. */
export type ReadBody = typeof readBody;

/** A host's API, described once. */
export interface ApiDescription {
  /** Base URL with its path, e.g. `https://api.machines.dev/v1`. */
  readonly base: (caller: Caller) => string;
  readonly headers: (caller: Caller) => Readonly<Record<string, string>>;
  /** Values of the placeholders that a call leaves out, such as the site's own app. */
  readonly parameters?: (caller: Caller) => Parameters;
  /** A transport of its own, which reads the text of an answer and parses it by `read`. Unset: the caller's `fetch`. */
  readonly send?: (caller: Caller, read: ReadBody) => Send;
  /** Sends the host's cookies back to it as long as a session lasts; works with `fetch` only. */
  readonly cookies?: boolean;
  /** The host's stated limit for an operation, shared by all callers; undefined if there is none. */
  readonly pace?: (operation: string, path: string) => Pace | undefined;
  /** What an answer means when its status does not tell: code, message and remedies. */
  readonly explain?: (refused: Refused, caller: Caller) => readonly [ErrorCode, string, Remedies] | undefined;
}

/** Calls operations for one caller, with `headers` on top of the API's own. */
export type Connect<O extends OperationTypes<O>> = (caller: Caller, headers?: Readonly<Record<string, string>>) => Api<O>;

/**
 * A typed client of one API: fills in paths, sends JSON, keeps to the host's pace, and fails as `exchange` does.
 * @throws PublishError `OPTION_INVALID` when the base URL is not secure
 */
export function hostApi<O extends OperationTypes<O>>(api: ApiDescription): Connect<O> {
  const wait = pacer();
  const keep = api.cookies ? cookieKeeper() : (_: Session, fetch: Caller["fetch"]) => fetch;
  return (caller, more) => {
    const base = secureBase(api, caller);
    const sendOnce = api.send?.(caller, readBody) ?? fetchSend(keep(caller.session, caller.fetch));
    const { provider, title, clock, signal, redact, report } = caller;
    const call = async (operation: string, parameters: Parameters = {}, options: CallOptions<unknown> & Partial<Allow> = {}) => {
      const { body, headers, idempotent, allow = [] } = options;
      const [method = "GET", template = "/"] = operation.split(" ");
      const url = urlOf(base, template, parameters, api.parameters?.(caller) ?? {});
      const request = {
        method,
        url,
        headers: { accept: "application/json", "content-type": "application/json", ...api.headers(caller), ...more, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      };
      const pace = api.pace?.(operation, url.pathname);
      const send: Send = async (...attempt) => {
        await wait(pace, `${url.origin} ${caller.token}`, caller);
        return sendOnce(...attempt);
      };
      const policy = { provider, title, clock, signal, redact, report, allow, idempotent: idempotent ?? !/^(POST|PATCH)$/.test(method) };
      const answer = await exchange(send, request, policy).catch((error: unknown) => {
        throw explained(api, caller, operation, body, error);
      });
      if (allow.includes(answer.status)) return null;
      if (typeof answer.body === "string" && isForeign(method, answer.body)) throw misunderstood(request, answer, policy);
      return answer.body;
    };
    return call;
  };
}

/** Whether a text is not the API's: a GET is answered with JSON, a change may be confirmed in a word. */
function isForeign(method: string, text: string): boolean {
  return method === "GET" || text === tooLong || /^\s*[<{[]/.test(text);
}

function explained({ explain }: ApiDescription, caller: Caller, operation: string, body: unknown, error: unknown): unknown {
  if (!isPublishError(error)) return error;
  const { status, id, detail } = error.facts;
  if (typeof status !== "number") return error;
  const refused = { operation, status, id: id === null ? null : String(id), detail: String(detail), body };
  const [code, message, remedies] = explain?.(refused, caller) ?? [];
  return code && message && remedies
    ? new PublishError(code, message, remedies, { ...error.facts, name: caller.name ?? null }, error)
    : error;
}

/** Requests carry a token: unencrypted only on this machine, or in Fly.io's private network. @throws PublishError `OPTION_INVALID` */
function secureBase(api: ApiDescription, caller: Caller): string {
  const base = api.base(caller).replace(/\/$/, "");
  const url = URL.canParse(base) ? new URL(base) : null;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && (isLoopback(url) || url.hostname.endsWith(".internal")))) return base;
  const address = url === null ? "that address" : url.origin;
  throw new PublishError(
    "OPTION_INVALID",
    `Refusing to send your token to ${caller.title} at ${address} unencrypted.`,
    "Give an address that begins with https://.",
    { address },
  );
}

function urlOf(base: string, template: string, parameters: Parameters, defaults: Parameters): URL {
  const query = new Map(Object.entries(parameters));
  const path = template.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    const value = query.get(name) ?? defaults[name];
    query.delete(name);
    return encodeURIComponent(String(value));
  });
  const url = new URL(base + path);
  for (const [name, value] of query) url.searchParams.set(name, String(value));
  return url;
}

/**
 * Waits until one more call of this kind is within its pace. A host counts by token, whichever run it comes from: so does this, for the
 * whole process. It keeps digests, not tokens, and a bucket that is full again as long as no other call comes.
 */
function pacer(): (pace: Pace | undefined, who: string, waiting: Waiting) => Promise<void> {
  const buckets = new Map<string, { tokens: number; atMs: number; fullMs: number }>();
  return async (pace, who, { clock, signal }) => {
    if (pace === undefined) return;
    const { perSecond, burst } = pace;
    const key = hash("sha256", `${who} ${pace.key}`);
    const nowMs = clock.now();
    for (const [each, { fullMs }] of buckets) if (fullMs <= nowMs) buckets.delete(each);
    const { tokens, atMs } = buckets.get(key) ?? { tokens: burst, atMs: nowMs };
    const left = Math.min(burst, tokens + ((nowMs - atMs) / 1000) * perSecond) - 1;
    buckets.set(key, { tokens: left, atMs: nowMs, fullMs: nowMs + ((burst - left) / perSecond) * 1000 });
    if (left < 0) await clock.sleep((-left / perSecond) * 1000, signal);
  };
}
