import { once } from "node:events";
import type { Server } from "node:http";
import { dirname, resolve as resolvePath } from "node:path/posix";
import { databaseFiles, PublishError, siteFiles, step, toArguments, type Context, type Serve, type Site } from "@datasette-publish/core";
import { SnapshotUnusable, type Bridge, previewError, type Send } from "./bridge.ts";
import { allowedHosts, toBasePath, type Guard } from "./guard.ts";
import type { PlainSite } from "./messages.ts";
import { forwardTo } from "./forward.ts";
import { createPreviewServer, listen } from "./server.ts";
import { bootPython, shippedDir } from "./snapshot-store.ts";

/** How a preview serves its site. */
export interface PreviewOptions {
  /** Paths of the wheels of Datasette and its dependencies. */
  readonly wheels: readonly string[];
  /** Folder that keeps a snapshot of Datasette for these wheels when the package has none, made when missing; unset: every boot makes one. */
  readonly cacheDir?: string;
  /** 0 or unset: a free port. */
  readonly port?: number;
  /** Unset: 127.0.0.1. */
  readonly host?: string;
  /** Names that requests may call the host by, on any port, besides `host`, 127.0.0.1, [::1] and localhost. */
  readonly allowHosts?: readonly string[];
  /** Lets the site's `access-control-*` headers pass, so that pages of other sites can read this one. */
  readonly cors?: boolean;
  /** Who may show the preview in a frame, as CSP's `frame-ancestors` writes it. Unset: `'self'`. */
  readonly frameAncestors?: string;
  /** Path that the whole site lives below, in the place of its setting `base_url`; `/8f1c…/` that nobody can guess keeps other programs of this machine out. */
  readonly basePath?: string;
}

/** What {@link Preview.request} takes; a subset of `fetch`'s. */
export interface PreviewRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A whole response; header names in lower case, repeated headers joined by `, `. */
export interface PreviewResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A Datasette that runs in this process and is served on localhost. */
export interface Preview extends AsyncDisposable {
  /** Address of the site's home page, with a slash at its end. */
  readonly url: string;
  /** Names of the plugins that it is shown without. */
  readonly leftOut: readonly string[];
  /** Asks Datasette directly, without the network. The path is the site's own, without its base path. */
  request(path: string, init?: PreviewRequest): Promise<PreviewResponse>;
  /** Ends open connections and the worker thread; so does leaving the scope of an `await using`. */
  close(): Promise<void>;
}

/** What a site is served with besides. */
export interface StartOptions {
  /** Paths of the wheels of its plugins, and of what they need; those that cannot be imported are left out, with a warning. */
  readonly plugins?: readonly string[];
  /** Origin of a Datasette that serves the site already, such as a container of its image; unset: one in WebAssembly does. */
  readonly upstream?: string;
}

/** A preview that boots while its site is still being made. */
export interface WarmPreview extends AsyncDisposable {
  /**
   * Serves a site: once, as soon as the boot is done. Databases are opened as immutable.
   * @throws PublishError `PREVIEW_FAILED`; the preview is closed then.
   */
  start(site: Site, options?: StartOptions): Promise<Preview>;
  /** Gives up a preview, started or not. */
  close(): Promise<void>;
}

/**
 * Takes the port and begins to boot the real Datasette in WebAssembly. `ctx.signal` stops the boot; afterwards call `close`.
 * @throws PublishError `PORT_TAKEN`, `OPTION_INVALID`.
 */
export async function warmPreview(options: PreviewOptions, ctx: Context): Promise<WarmPreview> {
  const { wheels, cacheDir, port = 0, host = "127.0.0.1", basePath } = options;
  const guard = toGuard(options, host);
  const running: { send?: Send } = {};
  const server = createPreviewServer(
    (request, sink) => running.send?.(request, sink) ?? (sink.broken("Datasette is still starting"), () => {}),
    guard,
  );
  const authority = `${bracketed(host)}:${await listen(server, port, host)}`;
  const stop = new AbortController();
  const signal = ctx.signal === undefined ? stop.signal : AbortSignal.any([ctx.signal, stop.signal]);
  const boot = bootPython(wheels, [shippedDir], cacheDir, { ...ctx, signal });
  const close = async (): Promise<void> => {
    stop.abort();
    const bridge = await boot.catch(() => null);
    await Promise.all([bridge?.close(), closeServer(server)]);
  };
  boot.catch(() => {});
  return { start: async (site, more = {}) => await start(site, more).catch(closing), close, [Symbol.asyncDispose]: close };

  async function openBridge(serve: Serve, plugins: readonly string[]): Promise<Pick<Bridge, "send" | "leftOut">> {
    if (serve.spatialite) throw withoutSpatialite();
    const bridge = await boot;
    await bridge.open({ ...toPlainSite(serve, basePath), plugins });
    return bridge;
  }

  function forward(upstream: string): Pick<Bridge, "send" | "leftOut"> {
    stop.abort();
    return { send: forwardTo(upstream), leftOut: [] };
  }

  async function start({ serve }: Site, { plugins = [], upstream }: StartOptions): Promise<Preview> {
    return await step(ctx, "preview.boot", "Start Datasette", async () => {
      const { send, leftOut } = upstream === undefined ? await openBridge(serve, plugins) : forward(upstream);
      running.send = send;
      const base = basePath ?? serve.settings["base_url"] ?? "/";
      const request: Preview["request"] = (path, init) => ask(send, authority, base + path.replace(/^\//, ""), init);
      return { url: `http://${authority}${base}`, leftOut, request, close, [Symbol.asyncDispose]: close };
    });
  }

  async function closing(error: unknown): Promise<never> {
    await close();
    throw error instanceof SnapshotUnusable ? previewError(error.message, error) : error;
  }
}

/**
 * Boots the real Datasette in WebAssembly and serves `site` on localhost.
 * @throws PublishError `PREVIEW_FAILED`, `PORT_TAKEN`, `OPTION_INVALID`.
 */
export async function startPreview(site: Site, options: PreviewOptions & StartOptions, ctx: Context): Promise<Preview> {
  return await (await warmPreview(options, ctx)).start(site, options);
}

function withoutSpatialite(): PublishError {
  const message = "The preview cannot serve this site: it needs SpatiaLite, which is not there in WebAssembly.";
  return new PublishError("PREVIEW_FAILED", message, "Start Docker: a container of the image serves such a site.");
}

function toGuard({ allowHosts = [], cors = false, frameAncestors = "'self'", basePath }: PreviewOptions, host: string): Guard {
  return {
    hosts: allowedHosts([...allowHosts, bracketed(host)]),
    basePath: basePath === undefined ? null : toBasePath(basePath),
    cors,
    frameAncestors,
  };
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

/** The files and arguments of the image; only what the preview must have otherwise is added. */
function toPlainSite(serve: Serve, basePath: string | undefined): Omit<PlainSite, "plugins"> {
  const own = { num_sql_threads: "0", ...(basePath === undefined ? {} : { base_url: basePath }) };
  return {
    files: siteFiles(serve),
    links: databaseFiles(serve),
    folders: serve.writable.map((path) => dirname(resolvePath(serve.workingDir, path))),
    workingDir: serve.workingDir,
    args: [...toArguments(serve), ...Object.entries(own).flatMap(([name, value]) => ["--setting", name, value])],
  };
}

async function ask(send: Send, authority: string, target: string, init: PreviewRequest = {}): Promise<PreviewResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<PreviewResponse>();
  const { method = "GET", headers = {}, body = "" } = init;
  const lowered = Object.entries({ host: authority, ...headers }).map(([name, value]) => [name.toLowerCase(), value] as const);
  const chunks: Uint8Array[] = [];
  let head = { status: 0, headers: {} as Record<string, string> };
  send(
    { method, target, headers: lowered, body: typeof body === "string" ? Buffer.from(body) : body },
    {
      head: (status, pairs) => (head = { status, headers: joinHeaders(pairs) }),
      chunk(bytes, taken) {
        chunks.push(bytes);
        taken();
      },
      end: () => resolve({ ...head, body: Buffer.concat(chunks) }),
      broken: (message) => reject(new Error(message)),
    },
  );
  return await promise;
}

function joinHeaders(pairs: readonly [string, string][]): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    joined[key] = key in joined ? `${joined[key]}, ${value}` : value;
  }
  return joined;
}
