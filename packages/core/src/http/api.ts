import { setTimeout as sleep } from "node:timers/promises";
import { PublishError } from "../errors/publish-error.ts";
import { isLoopback } from "./loopback.ts";
import { exchange, type ExchangePolicy } from "./exchange.ts";
import type { HttpAnswer, Send } from "./message.ts";

/** A host's API as types: operation (`"PATCH /apps/{app}"`) → what goes in and what a 2xx answer holds. */
export type OperationTypes<O> = { readonly [K in keyof O]: { readonly request: unknown; readonly response: unknown } };

/** Values for `{placeholders}` of the path; what is left goes into the query. */
export type Parameters = Readonly<Record<string, string | number | boolean>>;

export interface CallOptions<Body> {
  readonly body?: Body;
  readonly headers?: Readonly<Record<string, string>>;
  /** Set for a PATCH or POST that may be repeated; GET, HEAD, PUT and DELETE always may. */
  readonly idempotent?: boolean;
  /** Statuses besides 2xx that are an answer; see {@link ApiReply.status}. */
  readonly allow?: readonly number[];
}

export interface ApiReply<Body> {
  readonly status: number;
  readonly headers: HttpAnswer["headers"];
  /** Holds what the operation promises only when `status` is 2xx. */
  readonly body: Body;
}

/** Calls one operation. */
export type Api<O extends OperationTypes<O>> = <K extends keyof O & string>(
  operation: K,
  parameters: Parameters,
  options?: CallOptions<O[K]["request"]>,
) => Promise<ApiReply<O[K]["response"]>>;

/** How fast one kind of call may be repeated: a bucket of `burst` calls that fills by `perSecond`. */
export interface Pace {
  readonly key: string;
  readonly perSecond: number;
  readonly burst: number;
}

export interface ApiOptions extends Pick<ExchangePolicy, "title" | "provider" | "signal"> {
  /** Base URL with its path, e.g. `https://api.machines.dev/v1`. */
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly send: Send;
  /** The host's stated limit for an operation; unset or undefined: none. */
  readonly pace?: (operation: string, path: string) => Pace | undefined;
}

/** A typed client of one API, over any {@link Send}: fills in paths, sends JSON, keeps to the host's pace, and fails as `exchange` does. @throws PublishError `OPTION_INVALID` when `base` is not secure */
export function createApi<O extends OperationTypes<O>>(options: ApiOptions): Api<O> {
  requireSecure(options);
  const wait = pacer(options.signal);
  return async (operation, parameters, { body, headers, idempotent, allow = [] } = {}) => {
    const [method = "GET", template = "/"] = operation.split(" ");
    const url = urlOf(options.base, template, parameters);
    const request = {
      method,
      url,
      headers: { accept: "application/json", "content-type": "application/json", ...options.headers, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    await wait(options.pace?.(operation, url.pathname));
    const policy = { ...options, allow, idempotent: idempotent ?? !/^(POST|PATCH)$/.test(method) };
    return exchange(options.send, request, policy);
  };
}

/** Requests carry a token: in clear only on this machine, or in Fly.io's private network. @throws PublishError `OPTION_INVALID` */
function requireSecure({ base, title }: ApiOptions): void {
  const url = URL.canParse(base) ? new URL(base) : null;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && (isLoopback(url) || url.hostname.endsWith(".internal")))) return;
  const address = url === null ? "that address" : url.origin;
  throw new PublishError(
    "OPTION_INVALID",
    `${title} at ${address} would get your token in clear.`,
    "Give an address that begins with https://.",
    {
      address,
    },
  );
}

function urlOf(base: string, template: string, parameters: Parameters): URL {
  const query = new Map(Object.entries(parameters));
  const path = template.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    const value = query.get(name);
    query.delete(name);
    return encodeURIComponent(String(value));
  });
  const url = new URL(base.replace(/\/$/, "") + path);
  for (const [name, value] of query) url.searchParams.set(name, String(value));
  return url;
}

/** Waits until one more call of this kind is within its pace. */
function pacer(signal: AbortSignal | undefined): (pace: Pace | undefined) => Promise<void> {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  return async (pace) => {
    if (pace === undefined) return;
    const now = performance.now();
    const { tokens, atMs } = buckets.get(pace.key) ?? { tokens: pace.burst, atMs: now };
    const left = Math.min(pace.burst, tokens + ((now - atMs) / 1000) * pace.perSecond) - 1;
    buckets.set(pace.key, { tokens: left, atMs: now });
    if (left < 0) await sleep((-left / pace.perSecond) * 1000, undefined, signal ? { signal } : {});
  };
}
