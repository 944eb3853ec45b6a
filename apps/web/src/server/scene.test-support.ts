import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Draft, Job } from "@datasette-publish/workbench/protocol";
import type { Refusal, Routes } from "../routes.ts";
import { bodies, queries } from "./bodies.ts";
import { makeHandlers, type Served } from "./api.ts";
import type { RouteName } from "./route.ts";
import { startWeb, type Web, type WebOptions } from "./start-web.ts";

export interface Asked {
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string | Readable;
  /** Unset: the right one; null: none. */
  readonly key?: string | null;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** What is put into a route's path, and behind it. */
export interface CallOf {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What a route answered: one of the two. */
interface Called<Name extends RouteName> {
  readonly status: number;
  readonly answer: Routes[Name]["answer"];
  readonly code: Refusal["error"]["code"] | undefined;
}

/** A server with a folder of its own, and what a test asks it; no token of the one who runs the test is found. */
export interface Scene extends AsyncDisposable {
  readonly dir: string;
  readonly web: Web;
  readonly key: string;
  readonly host: string;
  /** Every answer that came, to be searched for what may not be in one. */
  readonly answers: string[];
  /** By a plain client, which sends the headers that it is given and no other. */
  ask(method: string, path: string, of?: Asked): Promise<Answered>;
  /** A route, with the key. */
  call<Name extends RouteName>(name: Name, of?: CallOf): Promise<Called<Name>>;
  /** Starts a job, and gives it once it has ended, with its events. */
  run(name: RouteName, of: CallOf): Promise<{ readonly job: Job; readonly events: string }>;
  drop(draft: string, name: string, content: string): Promise<Draft>;
}

export async function openScene(given: Partial<WebOptions> = {}): Promise<Scene> {
  const dir = await mkdtemp(join(tmpdir(), "web-test-"));
  const env = { ...ownEnvironment(dir), ...given.env };
  const providers = new URL("desk.test-support.ts", import.meta.url).href;
  const web = await startWeb({ dir: join(dir, "bench"), providers, version: "1.2.3", ...given, env });
  const key = new URL(web.url).hash.slice("#key=".length);
  const answers: string[] = [];
  const ask: Scene["ask"] = async (method, path, { headers = {}, body, key: sent = key } = {}) => {
    const auth = sent === null ? {} : { authorization: `Bearer ${sent}` };
    const answered = await send(web.origin, method, path, { ...auth, ...headers }, body);
    answers.push(answered.text);
    return answered;
  };
  const call: Scene["call"] = async (name, { params = {}, query, body } = {}) => {
    const [method = "", path = ""] = name.split(" ");
    const filled = path.replaceAll(/:([a-z]+)/g, (_, param: string) => encodeURIComponent(params[param] ?? "x"));
    const json = body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const { status, text: answer } = await ask(
      method,
      query === undefined ? filled : `${filled}?${new URLSearchParams(query).toString()}`,
      json,
    );
    const parsed = JSON.parse(answer);
    return { status, answer: parsed, code: parsed?.error?.code };
  };
  return {
    dir,
    web,
    key,
    host: new URL(web.origin).host,
    answers,
    ask,
    call,
    async run(name, of) {
      const { id: job } = (await call(name, of)).answer as Job;
      const { text: events } = await ask("GET", `/api/jobs/${job}/events`);
      return { job: (await call("GET /api/jobs/:job", { params: { job } })).answer, events };
    },
    async drop(draft, name, content) {
      const headers = { "x-file-size": Buffer.byteLength(content) };
      const { text: answer } = await ask("PUT", `/api/drafts/${draft}/files/${encodeURIComponent(name)}`, { headers, body: content });
      return JSON.parse(answer) as Draft;
    },
    async [Symbol.asyncDispose]() {
      await web.close();
      await rm(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function send(
  origin: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string | number>>,
  body: Asked["body"],
): Promise<Answered> {
  const { hostname, port } = new URL(origin);
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const request = httpRequest({ hostname, port, method, path, headers: { ...headers }, agent: false }, (response) => {
    text(response).then((read) => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: read }), reject);
  });
  request.once("error", reject);
  if (typeof body === "object") body.once("error", () => request.destroy()).pipe(request);
  else request.end(body);
  return promise;
}

function ownEnvironment(dir: string): Record<string, string | undefined> {
  const { PATH, TMPDIR, XDG_CACHE_HOME } = process.env;
  return { PATH, TMPDIR, XDG_CACHE_HOME, HOME: dir, XDG_DATA_HOME: join(dir, "data"), DOCKER_HOST: "unix:///nonexistent/docker.sock" };
}

const samples: Partial<Readonly<Record<RouteName, unknown>>> = {
  "POST /api/drafts": {},
  "PUT /api/drafts/:draft/choices": { files: {}, tables: {} },
  "PUT /api/drafts/:draft/about": {},
  "PUT /api/drafts/:draft/place": { card: "desk", options: {}, address: null },
  "PUT /api/drafts/:draft/decisions": { database: null, table: "t", column: "c", kind: "email", decision: "public" },
  "POST /api/drafts/:draft/publish": { digest: "d" },
  "PUT /api/places/:place/key": { key: "k" },
  "POST /api/sites/:site/rollback": { release: "r" },
  "POST /api/sites/:site/remove": { title: "t" },
  "POST /api/downloads": { site: "s" },
};

/** Every route, as a request that is right but for its ids, of which none is there. */
export const routes: readonly { readonly name: string; readonly method: string; readonly path: string; readonly asked: Asked }[] = [
  ...Object.keys(makeHandlers({ workbench: {} } as unknown as Served)).map((name) => asRequest(name as RouteName)),
  { name: "PUT a file", method: "PUT", path: "/api/drafts/x/files/a.csv", asked: { body: "a", headers: { "x-file-size": 1 } } },
  { name: "GET events", method: "GET", path: "/api/jobs/x/events", asked: {} },
  { name: "GET what is nowhere", method: "GET", path: "/api/nowhere", asked: {} },
];

function asRequest(name: RouteName) {
  const [method = "", path = ""] = name.split(" ");
  const query = { database: "data", table: "t", limit: "5", file: "a.csv", first: "" };
  const json = { body: JSON.stringify(samples[name]), headers: { "content-type": "application/json" } };
  const filled = path.replaceAll(/:[a-z]+/g, "x") + (name in queries ? `?${new URLSearchParams(query).toString()}` : "");
  return { name, method, path: filled, asked: name in bodies ? json : {} };
}
