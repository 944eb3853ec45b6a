import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What is never to be repeated. */
export const password = "hunter2-secret";

/** Answers a request itself (true) or leaves it to the registry. */
export type Misbehave = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;

export interface FakeRegistry {
  readonly server: Server;
  readonly host: string;
  readonly seen: { line: string; authorization: string | undefined; length: string | undefined }[];
  readonly blobs: Map<string, Buffer>;
  /** What came in chunks, whose digest is to come. */
  unnamed: Buffer | null;
  readonly manifests: Map<string, string>;
  /** Every manifest's bytes and media type, by digest. */
  readonly documents: Map<string, { readonly bytes: Buffer; readonly mediaType: string }>;
  misbehave: Misbehave;
}

export async function startFake(): Promise<FakeRegistry> {
  const server = createServer((request, response) => void handle(fake, request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `localhost:${(server.address() as AddressInfo).port}`;
  const fake: FakeRegistry = {
    server,
    host,
    seen: [],
    blobs: new Map(),
    unnamed: null,
    manifests: new Map(),
    documents: new Map(),
    misbehave: () => false,
  };
  return fake;
}

async function handle(fake: FakeRegistry, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "", `http://${fake.host}`);
  const { authorization, "content-length": length } = request.headers;
  fake.seen.push({ line: `${request.method} ${url.pathname}`, authorization, length });
  if (fake.misbehave(request, response, url.pathname)) return;
  const name = url.pathname.split("/").at(-1) ?? "";
  if (request.method === "HEAD") {
    const digest = fake.blobs.has(name) ? name : fake.manifests.get(name);
    response.writeHead(digest === undefined ? 404 : 200, digest === undefined ? {} : { "docker-content-digest": digest }).end();
  } else if (request.method === "GET") {
    give(fake, url, request, response);
  } else if (request.method === "POST") {
    response.writeHead(202, { location: "/v2/a/b/blobs/uploads/session?state=token" }).end();
  } else if (request.method === "PATCH") {
    fake.unnamed = await buffer(request).catch(() => null);
    if (fake.unnamed) response.writeHead(202, { location: "/v2/a/b/blobs/uploads/session?state=token" }).end();
  } else {
    await store(fake, url, request, response);
  }
}

/** Gives a manifest of an accepted type by its tag or digest, and a blob from the byte on that `Range` names. */
function give(fake: FakeRegistry, { pathname }: URL, { headers: { range, accept } }: IncomingMessage, response: ServerResponse): void {
  const name = pathname.split("/").at(-1) ?? "";
  const document = fake.documents.get(fake.manifests.get(name) ?? name);
  const blob = fake.blobs.get(name);
  if (pathname.includes("/manifests/") && document && accept?.includes(document.mediaType))
    response.writeHead(200, { "content-type": document.mediaType }).end(document.bytes);
  else if (blob) response.writeHead(range ? 206 : 200).end(blob.subarray(Number(/\d+/.exec(range ?? "")?.[0] ?? 0)));
  else response.writeHead(404).end(JSON.stringify({ errors: [{ code: "MANIFEST_UNKNOWN", message: "manifest unknown" }] }));
}

async function store(fake: FakeRegistry, url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const sent = await buffer(request).catch(() => null);
  if (sent === null) return;
  const body = sent.length === 0 && fake.unnamed ? fake.unnamed : sent;
  const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
  const wanted = url.searchParams.get("digest");
  if (url.pathname.includes("/manifests/")) {
    fake.manifests.set(url.pathname.split("/").at(-1) ?? "", digest);
    fake.documents.set(digest, { bytes: body, mediaType: request.headers["content-type"] ?? "" });
  } else if (wanted === digest && url.searchParams.get("state") === "token") fake.blobs.set(digest, body);
  else return void response.writeHead(400).end();
  response.writeHead(201, { "docker-content-digest": digest }).end();
}

/** Refuses with an error that names a {@link password}. */
export function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}): true {
  response.writeHead(status, headers).end(JSON.stringify({ errors: [{ code: "DENIED", message: `no, ${password}` }] }));
  return true;
}

/** Misbehaves the first `times` times that `when` holds. */
export function atFirst(
  times: number,
  when: (request: IncomingMessage, path: string) => boolean,
  act: (response: ServerResponse) => boolean,
): Misbehave {
  let left = times;
  return (request, response, path) => when(request, path) && left-- > 0 && act(response);
}
