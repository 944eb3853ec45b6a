import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { userInfo } from "node:os";
import { getRequestListener } from "@hono/node-server";
import { PublishError } from "@datasette-publish/core";
import { Workbench, type WorkbenchOptions } from "@datasette-publish/workbench";
import { createApp } from "./app.ts";
import { Downloads } from "./downloads.ts";
import { headers } from "./guard.ts";
import { readPage } from "./page.ts";

/** Whose drafts and sites the page shows, and what it begins with. */
export interface WebOptions extends WorkbenchOptions {
  /** Of this tool. */
  readonly version: string;
  /** Files, or a folder, for a draft to begin with. */
  readonly paths?: readonly string[];
  /** Unset, or 0: a free one. */
  readonly port?: number;
}

/** A server that has begun. */
export interface Web {
  /** `http://127.0.0.1:<port>`. */
  readonly origin: string;
  /** Address of the page with its key: whoever has it can do what this user can. Not to be logged. */
  readonly url: string;
  /** Resolves when somebody has opened the page, key and all. */
  readonly opened: Promise<void>;
  /** Ends it; what changes something at a host goes on by itself. Returns how much does. */
  close(): Promise<number>;
}

const host = "127.0.0.1";

/**
 * Serves the page to this machine alone, until it is closed.
 * @throws PublishError `PORT_TAKEN`, `RUNTIME_MISSING` without the page's files, and what `Workbench.open` and `createDraft` throw
 */
export async function startWeb({ version, paths = [], port = 0, ...options }: WebOptions): Promise<Web> {
  const page = await readPage();
  const workbench = await Workbench.open(options);
  try {
    const draft = paths.length > 0 ? (await workbench.createDraft({ paths })).id : null;
    // A file of gigabytes takes longer than Node lets a request take.
    const server = createServer({ requestTimeout: 0 });
    const origin = await listen(server, port);
    const key = randomBytes(24).toString("base64url");
    const { promise: opened, resolve: onKey } = Promise.withResolvers<void>();
    const downloads = new Downloads(workbench);
    const start = { version, draft };
    const app = createApp({ workbench, downloads, start, user: userName(), origin, key, page, dir: options.dir, onKey });
    answerWith(server, app.fetch);
    let closed: Promise<number> | undefined;
    const close = (): Promise<number> => (closed ??= end(server, workbench));
    return { origin, url: `${origin}/${draft === null ? "" : `drafts/${draft}/files`}#key=${key}`, opened, close };
  } catch (error) {
    await workbench.close();
    throw error;
  }
}

/** Jobs end, and with them the streams of their events, before connections are cut. */
async function end(server: Server, workbench: Workbench): Promise<number> {
  server.close();
  const goingOn = await workbench.close();
  server.closeAllConnections();
  return goingOn;
}

/** Every answer has the headers, also that to a request which is none. */
function answerWith(server: Server, fetch: Parameters<typeof getRequestListener>[0]): void {
  const answer = getRequestListener(fetch, { overrideGlobalObjects: false, errorHandler: () => new Response(null, { status: 400 }) });
  server.on("request", (request, response) => {
    response.setHeaders(new Map(Object.entries(headers)));
    void answer(request, response);
  });
}

async function listen(server: Server, port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(port, host, resolve);
  await promise.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EADDRINUSE") throw error;
    const message = `Port ${port} of ${host} is taken.`;
    throw new PublishError("PORT_TAKEN", message, "Choose another port, or 0 for a free one.", { host, port }, error);
  });
  return new URL(`http://${host}:${(server.address() as AddressInfo).port}`).origin;
}

/** Who decided is kept with a site; a user without a name is one still. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "local";
  }
}
