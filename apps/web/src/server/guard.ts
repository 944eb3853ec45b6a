import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { Refused } from "./refusal.ts";

/** What only a server on this machine, and a page of its own, know. */
export interface Door {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** The key of the address that was given to the user. */
  readonly key: string;
}

/** Headers of every answer, that of a request which is refused too. */
export const headers: Readonly<Record<string, string>> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    // The preview is on a port of its own, under a path that nobody can guess.
    "frame-src http://127.0.0.1:*",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  // Assets, whose names change with what is in them, say otherwise.
  "cache-control": "no-store",
};

const methods = new Set(["GET", "POST", "PUT", "DELETE"]);

/** Whether a path is of the page, which holds nothing: a link from elsewhere may lead there. */
const isPage = (path: string): boolean => !/^\/(api|downloads)(\/|$)/.test(path);

/** Answers only who means this server, by its own name, and comes from its own page or from nowhere. @throws Refused 421, 403, 405 */
export function checkSender({ origin }: Pick<Door, "origin">): MiddlewareHandler {
  const { host } = new URL(origin);
  return async ({ req }, next) => {
    // A site of another name that leads here, by DNS, is not read.
    if (req.header("host") !== host) throw new Refused(421, "This server has another name.");
    const from = req.header("origin");
    if (from !== undefined && from !== origin) throw new Refused(403, "Another site asked for this.");
    const fetchSite = req.header("sec-fetch-site") ?? "none";
    const isLink = req.method === "GET" && req.header("sec-fetch-mode") === "navigate" && isPage(req.path);
    if (fetchSite !== "same-origin" && fetchSite !== "none" && !isLink) throw new Refused(403, "Another site asked for this.");
    if (!methods.has(req.method)) throw new Refused(405, `Nothing here takes ${req.method}.`);
    await next();
  };
}

/** Answers who has the key; it is in a header, so that no other site can make a browser send it. @throws Refused 401 */
export function checkKey({ key }: Pick<Door, "key">, onKey: () => void): MiddlewareHandler {
  const expected = digest(`Bearer ${key}`);
  return async (context: Context, next) => {
    const given = digest(context.req.header("authorization") ?? "");
    if (!timingSafeEqual(given, expected)) throw new Refused(401, "This page has no key, or that of a program that has ended.");
    onKey();
    await next();
  };
}

/** Makes texts of any length comparable in a time that says nothing of them. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
