import { once } from "node:events";
import { createServer, request as send, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Where requests of npm go that come to one address. */
export interface FrontOptions {
  /** Packages that the registry on `port` of 127.0.0.1 has. */
  readonly own: ReadonlySet<string>;
  readonly port: number;
  /** URL of the registry that has every other package. */
  readonly others: string;
  /** Name → the only version that npm hears of: a later one may need what the machine's registry has not got yet. */
  readonly pinned: Readonly<Record<string, string>>;
}

/** An npm registry in front of two: passes on what concerns `own` packages and users, and redirects npm for everything else. */
export async function startFront({ own, port, others, pinned }: FrontOptions): Promise<{ url: string; stop(): Promise<void> }> {
  const base = others.endsWith("/") ? others : `${others}/`;
  const server = createServer((request, response) => {
    const { url = "/" } = request;
    const name = /^\/(@[^/]+\/[^/?]+|[^/?]+)/.exec(decodeURIComponent(url))?.[1] ?? "-";
    const version = pinned[name];
    if (name === "-" || own.has(name)) passOn(request, response, port);
    else if (version !== undefined && url === `/${name}`) void answerPinned(response, base + name, version).catch(() => response.destroy());
    else response.writeHead(307, { location: base + url.slice(1) }).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, stop: () => close(server) };
}

async function answerPinned(response: ServerResponse, url: string, version: string): Promise<void> {
  const found = (await (await fetch(url)).json()) as { readonly name: string; readonly versions: Record<string, unknown> };
  const versions = { [version]: found.versions[version] };
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ name: found.name, "dist-tags": { latest: version }, versions }));
}

function passOn(request: IncomingMessage, response: ServerResponse, port: number): void {
  const { url: path, method, headers } = request;
  const sent = send({ host: "127.0.0.1", port, path, method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  sent.on("error", () => response.destroy());
  request.pipe(sent);
}

async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
