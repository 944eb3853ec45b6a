import { readFile, readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { MiddlewareHandler } from "hono";
import { PublishError, runProgram } from "@datasette-publish/core";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json",
  ".txt": "text/plain; charset=utf-8",
};

/** Addresses that the page makes, each of which is the same file. */
const views = /^\/(new|(drafts|sites)\/[^/]+(\/[a-z]+)?)?$/;

/** The page's files, by their paths. They are some hundred kilobytes, and kept: no request touches the disk. */
export type Page = ReadonlyMap<string, { readonly bytes: Buffer<ArrayBuffer>; readonly type: string }>;

/** Reads the page that was built beside this package. @throws PublishError `RUNTIME_MISSING` */
export async function readPage(dir = fileURLToPath(new URL("../../dist/page", import.meta.url))): Promise<Page> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const page = new Map(
    await Promise.all(
      files.map(async (file) => {
        const path = file.slice(dir.length).replaceAll("\\", "/");
        return [path, { bytes: await readFile(file), type: types[extname(file)] ?? "application/octet-stream" }] as const;
      }),
    ),
  );
  if (page.has("/index.html")) return page;
  const build = runProgram(["pnpm", "--filter", "@datasette-publish/web", "build"], "in a clone; what comes from npm has it");
  throw new PublishError("RUNTIME_MISSING", "The files of the page are not there: they are made when the project is built.", build);
}

/** Hands out the page; what is no file of it, and no address that it makes, is left to others. */
export function servePage(page: Page): MiddlewareHandler {
  return async (c, next) => {
    const path = views.test(c.req.path) ? "/index.html" : c.req.path;
    const file = page.get(path);
    if (c.req.method !== "GET" || file === undefined) return next();
    const cache = path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
    return c.body(file.bytes, 200, { "content-type": file.type, "cache-control": cache });
  };
}
