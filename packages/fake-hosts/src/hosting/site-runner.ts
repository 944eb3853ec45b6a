import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A site that a fake host started. */
export interface RunningSite {
  /** Where it answers, on 127.0.0.1. */
  readonly port: number;
  /** Ends it. Doing it twice is the same as once. */
  stop(): Promise<void>;
}

/** What a fake host wants to run. */
export interface SiteStart {
  /** A reference that the engine can pull, or the id of an image that it has. */
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  /** The port that it listens on inside, which `PORT` names. */
  readonly port: number;
  /** Instead of the image's own, as in an image's config. */
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  /** The image's own command comes as one argument, as Heroku hands it over. */
  readonly joinsCommand?: boolean;
  /** `uid:gid` or a name. */
  readonly user?: string;
  /** Named volumes, which outlive the site. */
  readonly volumes?: readonly { readonly name: string; readonly path: string }[];
}

/**
 * How a fake host runs sites. It is there when the process is: the site may need a while to answer.
 *
 * @throws Error when it does not start, or ends at once
 */
export type SiteRunner = (start: SiteStart) => Promise<RunningSite>;

/** How the sites of a {@link stubRunner} behave; read at each request, so that a test changes it. */
export interface StubBehaviour {
  /** What every table counts. */
  rows: number;
  /** False: every request is answered 500. */
  healthy: boolean;
}

/** Runs nothing: a site is a server that answers what a health check asks, `/-/versions.json` and `/<database>/<table>.json`. */
export function stubRunner(behaviour: StubBehaviour): SiteRunner {
  return async () => {
    const server = createServer(({ url = "/" }, response) => {
      const { status, body } = answerOf(new URL(url, "http://127.0.0.1").pathname, behaviour);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return {
      port,
      async stop() {
        if (!server.listening) return;
        const closed = once(server, "close");
        server.close();
        server.closeAllConnections();
        await closed;
      },
    };
  };
}

function answerOf(path: string, { rows, healthy }: StubBehaviour): { status: number; body: unknown } {
  if (!healthy) return { status: 500, body: { ok: false, error: "unhealthy" } };
  if (path === "/-/versions.json") return { status: 200, body: { datasette: { version: "0.65.5" } } };
  if (/^\/[^/]+\/[^/]+\.json$/.test(path)) return { status: 200, body: { filtered_table_rows_count: rows } };
  return { status: 404, body: { ok: false, error: "not found" } };
}
