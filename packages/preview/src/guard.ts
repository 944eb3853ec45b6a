import type { IncomingMessage } from "node:http";
import { PublishError } from "@datasette-publish/core";

/** Whom the preview answers, and with which headers; see docs/decisions for why. */
export interface Guard {
  /** Names that `Host` may have, in lower case, without a port. */
  readonly hosts: ReadonlySet<string>;
  /** Everything else is not found; null: all paths are the site's. */
  readonly basePath: string | null;
  /** Whether `access-control-*` headers pass. */
  readonly cors: boolean;
  /** Sources that may frame the pages, as CSP writes them. */
  readonly frameAncestors: string;
}

/** An answer that Datasette is not asked for. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A larger body is refused: the whole of it would have to be in memory. */
export const maxBodyBytes = 1_000_000;

const loopback = ["127.0.0.1", "[::1]", "localhost"];
/** What Datasette and routes of plugins answer. Others would end in a traceback. */
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

export const methodRefused: Refusal = { status: 405, text: "Method Not Allowed", headers: { allow: methods.join(", ") } };
export const bodyRefused: Refusal = { status: 413, text: `Content Too Large: at most ${maxBodyBytes} bytes` };

/**
 * The names of this machine's loopback, and `names` besides.
 * @throws PublishError `OPTION_INVALID` for what is no host name.
 */
export function allowedHosts(names: readonly string[]): ReadonlySet<string> {
  const wrong = names.find((name) => !/^(?:[\w.-]+|\[[\da-f:.]+\])$/i.test(name));
  if (wrong !== undefined) {
    const message = `${JSON.stringify(wrong)} is not the name of a host.`;
    throw new PublishError("OPTION_INVALID", message, "Give the name alone, without http:// and port.", { option: "allowHosts" });
  }
  return new Set([...loopback, ...names.map((name) => name.toLowerCase())]);
}

/**
 * A path that begins and ends with a slash.
 * @throws PublishError `OPTION_INVALID` for what has other than letters, digits, `-`, `_`, `.` and `~` between slashes.
 */
export function toBasePath(path: string): string {
  if (/^\/(?:[\w.~-]+\/)+$/.test(path)) return path;
  const message = `${JSON.stringify(path)} is not a base path.`;
  throw new PublishError("OPTION_INVALID", message, "Write it as /path/, of letters and digits.", { option: "basePath" });
}

/** Why a request does not reach Datasette, or null. What the host is called comes first, so that a stranger learns nothing else. */
export function refuse({ method = "", url = "", headers }: IncomingMessage, { hosts, basePath }: Guard): Refusal | null {
  const host = (headers.host ?? "").toLowerCase().replace(/:\d+$/, "");
  if (!hosts.has(host)) return { status: 421, text: "Misdirected Request: this preview does not answer to that host" };
  if (!methods.includes(method)) return methodRefused;
  if (!url.startsWith("/")) return { status: 400, text: "Bad Request" };
  if (basePath !== null && !url.startsWith(basePath)) return { status: 404, text: "Not Found" };
  return Number(headers["content-length"] ?? 0) > maxBodyBytes ? bodyRefused : null;
}
