import { PublishError, isPublishError, type Facts } from "../errors/publish-error.ts";
import type { ErrorCode } from "../errors/codes.ts";
import type { Remedies } from "../errors/remedies.ts";
import type { HttpAnswer, HttpRequest } from "./message.ts";
import { parseRetryAfter } from "./retry.ts";

interface Host {
  readonly title: string;
  readonly provider: string;
  readonly redact?: ((text: string) => string) | undefined;
}

const longestDetail = 300;

interface Refusal extends Host {
  /** The same request was sent before, and not answered. */
  readonly mayBeDone?: boolean;
}

/** The error for a refusal. Facts hold the request, the status and what the host said. */
export function hostFailure(request: HttpRequest, { status, headers, body }: HttpAnswer, host: Refusal): PublishError {
  const { detail, id } = readProblem(body, host.redact);
  const line = requestLine(request.method, request.url);
  const facts: Facts = {
    request: line,
    status,
    detail,
    id,
    requestId: Object.entries(headers).find(([name]) => name.endsWith("request-id"))?.[1] ?? null,
    ...(host.mayBeDone && { mayBeDone: true }),
  };
  const afterMs = parseRetryAfter(headers["retry-after"] ?? null, Date.now()) || busyMs;
  const [code, message, remedies] = describeStatus(status, afterMs, host);
  return new PublishError(code, `${message} ${line} was answered with ${status}${detail && `: ${detail}`}.`, remedies, facts);
}

/** When to try again, in milliseconds, if a busy host or registry does not say. */
export const busyMs = 180_000;

function describeStatus(status: number, afterMs: number, { title, provider }: Host): readonly [ErrorCode, string, Remedies] {
  if (status === 401)
    return [
      "CREDENTIALS_INVALID",
      `${title} does not accept your token.`,
      [{ action: "log-in", provider }, "If the token is in an environment variable, correct it there."],
    ];
  if (status === 402)
    return [
      "ACCOUNT_LIMITED",
      `${title} wants something settled in your account first.`,
      [`Settle it in your account at ${title}.`, { action: "retry" }],
    ];
  if (status === 403)
    return [
      "CREDENTIALS_INSUFFICIENT",
      `Your ${title} account or token may not do this.`,
      [{ action: "log-in", provider, note: "with an account that may" }, "Or give another name."],
    ];
  if (status === 429 || status === 503) return ["HOST_BUSY", `${title} is busy or limits your requests.`, { action: "retry", afterMs }];
  return ["HOST_REFUSED", `${title} refused.`, ["Fix what the host reports.", { action: "retry" }]];
}

/** The error for a 2xx answer that is not from the host's API, such as a login page. */
export function misunderstood(request: HttpRequest, { status, body }: HttpAnswer, { title, redact }: Host): PublishError {
  const { detail } = readProblem(body, redact);
  const line = requestLine(request.method, request.url);
  return new PublishError(
    "HOST_REFUSED",
    `${title} answered ${line} with something that its API never answers: ${detail}.`,
    [`Check that no proxy or network login page answers in place of ${title}.`, { action: "retry" }],
    { request: line, status, detail, id: null },
  );
}

/** Whether the host refused, and so did nothing. After any other failure it may have acted. */
export function isRefused(error: unknown): boolean {
  const { status, mayBeDone } = isPublishError(error) ? error.facts : {};
  return typeof status === "number" && status >= 400 && status < 500 && status !== 408 && !mayBeDone;
}

/** The error if a host gave no whole answer. */
export function hostUnreachable({ method, url }: HttpRequest, error: unknown, { title }: Host): PublishError {
  return unreachable("HOST_UNREACHABLE", title, requestLine(method, url), error);
}

/** The same with any code and title. Leaves out a cause without a code: it may quote an address with a password or a signature in it. */
export function unreachable(errorCode: ErrorCode, title: string, request: string, error: unknown): PublishError {
  const code = codeOf(error);
  const reason = code ?? nameOf(error);
  const [why, remedy] = describeReason(reason);
  const message = `${why}No whole answer from ${title} to ${request} (${reason}).`;
  return new PublishError(errorCode, message, [remedy, { action: "retry" }], { request, reason }, code === undefined ? undefined : error);
}

function describeReason(reason: string): readonly [string, string] {
  if (reason === stalled) return ["Nothing moved for too long. ", "Check your network."];
  if (reason === tunnelRefused) return ["", "Check your proxy, or add the host to NO_PROXY."];
  if (isUntrusted(reason))
    return [
      "The certificate is not trusted. ",
      "If your network or host has a certificate authority of its own, name its file in NODE_EXTRA_CA_CERTS.",
    ];
  if (noNetwork.has(reason)) return ["There seems to be no network, or no such host. ", "Check your network connection."];
  return ["", "Check your network."];
}

/** The code of a transfer that stood still. */
export const stalled = "ERR_TRANSFER_STALLED";

/** Error codes of an unknown name, and of a missing network. */
const noNetwork = new Set(["ENOTFOUND", "EAI_AGAIN", "ENETUNREACH"]);

/** Whether a certificate was not trusted: nothing was sent, and trying again will not help. */
export function isUntrusted(reason: unknown): boolean {
  return untrusted.has(String(reason));
}

const untrusted = new Set([
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** Node's code for a proxy that does not connect to the host; `fetch` has none of its own. */
export const tunnelRefused = "ERR_PROXY_TUNNEL";

/** The code of the innermost cause: `fetch` wraps it once, or twice behind a proxy. A port that `fetch` refuses to ask has no code. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (/^Proxy response \(\d+\)/.test(error.message)) return tunnelRefused;
  if (error.message === "bad port") return "ERR_BAD_PORT";
  const { code } = error as NodeJS.ErrnoException;
  return codeOf(error.cause) ?? (typeof code === "string" ? code : undefined);
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return error.cause instanceof Error ? error.cause.name : error.name;
}

/** Hosts say what is wrong in `message` or `error`, and name it in `id` or `status`. */
function readProblem(body: unknown, redact = (text: string) => text): { detail: string; id: string | null } {
  const problem = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const text = [problem["message"], problem["error"], body].find((each) => typeof each === "string") ?? "";
  const id = [problem["id"], problem["status"]].find((each) => typeof each === "string") ?? null;
  return { detail: redact(text).slice(0, longestDetail).replace(/\.$/, ""), id };
}

/** A request as errors may show it: no user, no query string (tokens travel there). */
export function requestLine(method: string, { origin, pathname }: URL): string {
  return `${method} ${origin}${pathname}`;
}
