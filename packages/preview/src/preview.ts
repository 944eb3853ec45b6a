import { once } from "node:events";
import { step, type Context, type Site } from "@datasette-publish/core";
import { makeBytecodeDir } from "./bytecode-dir.ts";
import { startBridge, type Bridge } from "./bridge.ts";
import type { WorkerData } from "./messages.ts";
import { createPreviewServer, listen } from "./server.ts";

/** How {@link startPreview} serves the site. */
export interface PreviewOptions {
  /** Paths of the wheels of Datasette, its dependencies and pure-Python plugins. */
  readonly wheels: readonly string[];
  /** Folder that keeps compiled Python between runs, made when missing; unset: nothing is kept and every boot takes twice as long. */
  readonly cacheDir?: string;
  /** 0 or unset: a free port. */
  readonly port?: number;
  /** Unset: 127.0.0.1. */
  readonly host?: string;
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
export interface Preview {
  /** With a slash at its end. */
  readonly url: string;
  /** Asks Datasette directly, without the network. */
  request(path: string, init?: PreviewRequest): Promise<PreviewResponse>;
  /** Ends open connections and the worker thread. */
  close(): Promise<void>;
}

/**
 * Boots the real Datasette in WebAssembly and serves `site` on localhost. Databases are opened as immutable.
 * `ctx.signal` stops the boot; afterwards call {@link Preview.close}.
 * @throws PublishError `PREVIEW_FAILED`, `PORT_TAKEN`.
 */
export async function startPreview(site: Site, options: PreviewOptions, ctx: Context): Promise<Preview> {
  const { wheels, cacheDir, port = 0, host = "127.0.0.1" } = options;
  return await step(ctx, "preview.boot", "Start Datasette", async () => {
    const pending: { bridge?: Bridge } = {};
    const server = createPreviewServer({
      send: (request, sink) => pending.bridge?.send(request, sink) ?? (sink.broken("Datasette is still starting"), () => {}),
      close: async () => {},
    });
    const actualPort = await listen(server, port, host);
    const stop = async (): Promise<void> => {
      const closed = server.listening ? once(server, "close") : null;
      server.close();
      server.closeAllConnections();
      await Promise.all([pending.bridge?.close(), closed]);
    };
    try {
      pending.bridge = await startBridge(await toWorkerData(site, wheels, cacheDir), ctx);
    } catch (error) {
      await stop();
      throw error;
    }
    const authority = `${host.includes(":") ? `[${host}]` : host}:${actualPort}`;
    const { bridge } = pending;
    return { url: `http://${authority}/`, request: (path, init) => ask(bridge, authority, path, init), close: stop };
  });
}

async function toWorkerData(site: Site, wheels: readonly string[], cacheDir?: string): Promise<WorkerData> {
  const { metadata, settings, inspectData } = site.serve;
  const databases = site.dataset.databases.map(({ fileName, path }) => ({ fileName, path }));
  const bytecodeDir = cacheDir === undefined ? null : await makeBytecodeDir(cacheDir, wheels);
  return { wheels, bytecodeDir, databases, metadata, settings, inspectData };
}

async function ask(bridge: Bridge, authority: string, path: string, init: PreviewRequest = {}): Promise<PreviewResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<PreviewResponse>();
  const { method = "GET", headers = {}, body = "" } = init;
  const lowered = Object.entries({ host: authority, ...headers }).map(([name, value]) => [name.toLowerCase(), value] as const);
  const chunks: Uint8Array[] = [];
  let head = { status: 0, headers: {} as Record<string, string> };
  bridge.send(
    { method, target: path, headers: lowered, body: typeof body === "string" ? Buffer.from(body) : body },
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
