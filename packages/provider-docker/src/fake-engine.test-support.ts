import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** One container of the fake engine. */
export interface FakeContainer {
  readonly id: string;
  name: string;
  running: boolean;
  /** The engine's word, where it is neither `running` nor `exited`. */
  state?: string;
  /** Id of the image that it was made of. */
  readonly image?: string | undefined;
  readonly spec: {
    Image: string;
    Env: string[];
    Labels: Record<string, string>;
    HostConfig: Record<string, unknown> & { PortBindings: Record<string, { HostPort: string }[]> };
  };
  site?: Server;
}

/** What the fake engine is to do wrong. */
export interface Misbehaviour {
  loadError?: string;
  /** What the next starts fail with, in order. */
  startErrors?: string[];
  /** Calls that it answers with this status, or breaks off (null). */
  answers?: { readonly call: RegExp; readonly status: number | null };
  /** It keeps no logs, as with the driver `none`. */
  keepsNoLogs?: boolean;
  /** Rows that a started container says every table has. */
  rows: number;
}

/** A stand-in for the part of Docker's Engine API that the provider uses; a started container serves `rows` on its port. */
export class FakeEngine {
  readonly containers: FakeContainer[] = [];
  readonly calls: string[] = [];
  /** Id of each image that was loaded → its name; `""` once another has that. */
  readonly images = new Map<string, string>();
  readonly misbehaviour: Misbehaviour = { rows: 1 };
  readonly #server = createServer((request, response) => void this.#answer(request, response).catch(() => response.destroy()));
  readonly #socket: string;
  #elsewhere: Server | undefined;
  #held: Promise<unknown> = Promise.resolve();

  constructor(dir: string) {
    this.#socket = join(dir, "engine.sock");
  }

  get env(): Record<string, string> {
    return { DOCKER_HOST: `unix://${this.#socket}` };
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#socket, resolve));
  }

  /** Listens at a port of 127.0.0.1 as well, as an engine of another machine does. Returns it. */
  async listenElsewhere(): Promise<number> {
    const elsewhere = createServer((request, response) => void this.#server.emit("request", request, response));
    this.#elsewhere = elsewhere;
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
    return (elsewhere.address() as AddressInfo).port;
  }

  /** Answers nothing until `signal` aborts. */
  hold(signal: AbortSignal): void {
    this.#held = new Promise((resolve) => signal.addEventListener("abort", resolve));
  }

  /** Removes every container. */
  async clear(): Promise<void> {
    for (const container of this.containers.splice(0)) await halt(container);
  }

  async close(): Promise<void> {
    await this.clear();
    this.#elsewhere?.closeAllConnections();
    this.#elsewhere?.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://engine");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = `${request.method} ${url.pathname}`;
    this.calls.push(call);
    await this.#held;
    const { answers } = this.misbehaviour;
    if (answers?.call.test(call)) {
      if (answers.status === null) request.socket.destroy();
      else response.writeHead(answers.status).end();
      return;
    }
    const [status, body] = await this.#route(call, url.searchParams, Buffer.concat(chunks));
    response.writeHead(status, { "content-type": "application/json" });
    response.end(body === undefined ? undefined : Buffer.isBuffer(body) ? body : JSON.stringify(body));
  }

  async #route(call: string, query: URLSearchParams, body: Buffer): Promise<[number, unknown?]> {
    if (call === "GET /_ping") return [200, "OK"];
    if (call === "GET /info") return [200, { Architecture: "x86_64" }];
    if (call === "POST /images/load") return [200, this.#load(body)];
    const [, method, image = ""] = /^(GET|DELETE) \/images\/([^/]+)(?:\/json)?$/.exec(call) ?? [];
    const [, tagged = ""] = /^POST \/images\/([^/]+)\/tag$/.exec(call) ?? [];
    if (tagged) return this.#name(decodeURIComponent(tagged), `${query.get("repo")}:${query.get("tag")}`);
    if (method !== undefined) return this.#image(method, this.#idOf(decodeURIComponent(image)));
    if (call === "GET /containers/json") return [200, this.#list(query)];
    if (call === "POST /containers/create") {
      if ([...query.keys()].join() !== "name") return [400, { message: "secrets do not belong into a query string" }];
      const id = `c${this.containers.length + this.calls.length}`;
      const spec = JSON.parse(body.toString()) as FakeContainer["spec"];
      this.containers.push({ id, name: query.get("name") ?? id, running: false, image: this.#idOf(spec.Image), spec });
      return [201, { Id: id }];
    }
    const [, id, verb] = /^\w+ \/containers\/([^/]+)(?:\/(\w+))?$/.exec(call) ?? [];
    const container = this.containers.find((each) => each.id === id || each.name === id);
    if (!container) return [404, { message: "no such container" }];
    if (call.startsWith("DELETE")) {
      await halt(container);
      this.containers.splice(this.containers.indexOf(container), 1);
      return [204];
    }
    return this.#act(container, verb, query);
  }

  async #act(container: FakeContainer, verb: string | undefined, query: URLSearchParams): Promise<[number, unknown?]> {
    switch (verb) {
      case "json":
        return [200, inspected(container)];
      case "start": {
        if (container.state === "paused") return [409, { message: "cannot start a paused container, try unpause instead" }];
        if (container.running) return [304];
        const error = this.misbehaviour.startErrors?.shift() ?? (await serve(container, this.misbehaviour.rows));
        return error === null ? [204] : [500, { message: error }];
      }
      case "stop":
        if (!container.running) return [304];
        await halt(container);
        return [204];
      case "rename": {
        const name = query.get("name") ?? container.name;
        if (this.containers.some((each) => each !== container && each.name === name)) return [409, { message: "the name is in use" }];
        container.name = name;
        return [204];
      }
      case "logs": {
        if (this.misbehaviour.keepsNoLogs) return [501, { message: "configured logging driver does not support reading" }];
        const line = Buffer.from("last words\n");
        return [200, Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, line.length]), line])];
      }
      default:
        return [404, { message: "page not found" }];
    }
  }

  #load(archive: Buffer): object {
    const { loadError } = this.misbehaviour;
    if (loadError) return { error: loadError };
    const [, tag = ""] = /"RepoTags":\["([^"]+)"\]/.exec(archive.toString("latin1")) ?? [];
    const [, config = ""] = /"Config":"([^"]+)"/.exec(archive.toString("latin1")) ?? [];
    this.#name(`sha256:${config.split("/").at(-1)}`, tag);
    return { stream: "Loaded" };
  }

  #name(id: string, name: string): [number] {
    const former = this.#idOf(name);
    if (former !== undefined) this.images.set(former, "");
    this.images.set(id, name);
    return [201];
  }

  #image(method: string, id: string | undefined): [number, unknown?] {
    if (id === undefined) return [404, { message: "no such image" }];
    const name = this.images.get(id);
    if (method === "GET") return [200, { Id: id, RepoTags: name ? [name] : [], Created: "2023-11-14T22:13:20Z" }];
    if (this.containers.some(({ image }) => image === id)) return [409, { message: "a container uses it" }];
    this.images.delete(id);
    return [200, []];
  }

  /** Of a name, or an id itself. */
  #idOf(image: string): string | undefined {
    return [...this.images].find(([id, name]) => image !== "" && [id, name].includes(image))?.[0];
  }

  #list(query: URLSearchParams): unknown[] {
    const { label: wanted } = JSON.parse(query.get("filters") ?? "{}") as { label: string[] };
    return this.containers
      .filter(({ spec }) => wanted.every((label) => Object.entries(spec.Labels).some((pair) => pair.join("=") === label)))
      .toReversed()
      .map((container) => ({ ...container, State: stateOf(container) }))
      .map(({ id, name, running, State, spec, image }) => ({
        Id: id,
        Names: [`/${name}`],
        Image: spec.Image,
        ImageID: image,
        Created: 1_700_000_000,
        Labels: spec.Labels,
        Status: running ? "Up 2 minutes" : "Exited (0)",
        State,
        Ports: running ? [{ PublicPort: portOf(spec) }] : [],
      }));
  }
}

function stateOf({ state, running }: FakeContainer): string {
  return state ?? (running ? "running" : "exited");
}

function inspected(container: FakeContainer): object {
  const { name, spec, running, image } = container;
  const State = { Status: stateOf(container), Running: running };
  const { Env, Labels, HostConfig, Image } = spec;
  const address = container.site?.address() as AddressInfo | null | undefined;
  const NetworkSettings = { Ports: address ? { "8006/tcp": [{ HostIp: "127.0.0.1", HostPort: String(address.port) }] } : {} };
  return { Name: `/${name}`, Image: image, Config: { Env, Labels, Image }, HostConfig, NetworkSettings, State, RestartCount: 0 };
}

function portOf({ HostConfig }: FakeContainer["spec"]): number {
  return Number(Object.values(HostConfig.PortBindings)[0]?.[0]?.HostPort);
}

/** Why the port cannot be had, or null. */
async function serve(container: FakeContainer, rows: number): Promise<string | null> {
  const site = createServer((_request, response) => response.end(JSON.stringify({ filtered_table_rows_count: rows })));
  const error = await new Promise<Error | null>((resolve) => {
    site.once("error", resolve);
    site.listen(portOf(container.spec), "127.0.0.1", () => resolve(null));
  });
  if (error) return error.message;
  Object.assign(container, { site, running: true });
  return null;
}

async function halt(container: FakeContainer): Promise<void> {
  container.running = false;
  delete container.state;
  container.site?.closeAllConnections();
  await new Promise((resolve) => (container.site ? container.site.close(resolve) : resolve(undefined)));
}
