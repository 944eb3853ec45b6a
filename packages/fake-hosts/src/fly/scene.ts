import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startFlyFake, type FlyFake } from "./fly-fake.ts";
import { stubRunner, type SiteStart } from "../hosting/site-runner.ts";

/** The image that the scene's registry has, in the repository `site`. */
export const digest = `sha256:${"a".repeat(64)}`;

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** A Fly.io whose sites are stubs, and an account's calls to it. Its rate limits are out of reach. */
export interface FlyScene {
  readonly fake: FlyFake;
  /** What was asked to run, in order. */
  readonly starts: readonly SiteStart[];
  readonly running: ReadonlySet<SiteStart>;
  readonly behaviour: { rows: number; healthy: boolean; starts: boolean };
  /** Sends `"<method> <path>"`; of a body that is not JSON nothing is given back. */
  call(operation: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  createApp(name?: string): Promise<Reply>;
  /** A config of the machine that {@link FlyScene.createMachine} makes. */
  config(more?: object): Record<string, unknown>;
  createMachine(request?: object): Promise<Reply>;
  /** The id of a machine that has started, of the app `site`, which has an address. */
  startedMachine(request?: object): Promise<string>;
  /** @throws Error when the fake left something running */
  close(): Promise<void>;
}

export const service = { protocol: "tcp", internal_port: 8001, autostop: "stop", autostart: true };

export async function openFlyScene(): Promise<FlyScene> {
  const images = createServer(({ url }, response) => response.writeHead(url === `/v2/site/manifests/${digest}` ? 200 : 404).end());
  await once(images.listen(0, "127.0.0.1"), "listening");
  const host = `localhost:${(images.address() as AddressInfo).port}`;
  const starts: SiteStart[] = [];
  const running = new Set<SiteStart>();
  const behaviour = { rows: 1, healthy: true, starts: true };
  const run = stubRunner(behaviour);
  const fake = await startFlyFake({
    registry: { host, url: `http://${host}`, stop: () => Promise.resolve() },
    async runner(start) {
      starts.push(start);
      if (!behaviour.starts) throw new Error("The site does not start.");
      const site = await run(start);
      running.add(start);
      return { port: site.port, stop: () => site.stop().then(() => void running.delete(start)) };
    },
  });
  fake.secondMs = 0.01;
  const config = (more: object = {}) => ({
    image: `${fake.env.FLY_REGISTRY_HOST}/site@${digest}`,
    env: { PORT: "8001" },
    services: [service],
    ...more,
  });
  const scene: FlyScene = {
    fake,
    starts,
    running,
    behaviour,
    config,
    call: (operation, body, headers) => send(fake, operation, body, headers),
    createApp: (name = "site") => scene.call("POST /apps", { name, org_slug: "personal" }),
    createMachine: (request = {}) => scene.call("POST /apps/site/machines", { name: "web", region: "ams", config: config(), ...request }),
    async startedMachine(request) {
      await scene.createApp();
      await scene.call("POST /apps/site/ip_assignments", { type: "shared_v4" });
      const { body } = await scene.createMachine(request);
      await scene.call(`GET /apps/site/machines/${body.id}/wait?state=started`);
      return body.id as string;
    },
    async close() {
      await fake.stop();
      images.close();
      if (running.size > 0) throw new Error("Sites still run.");
    },
  };
  return scene;
}

/** One call by `fetch`, with the account's token unless `headers` have another. */
export async function send(
  { url, token }: FlyFake,
  operation: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const [method = "", path = ""] = operation.split(" ");
  const answer = await fetch(`${url}/v1${path}`, {
    method,
    headers: { authorization: `FlyV1 ${token}`, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === "" ? undefined : JSON.parse(text) };
}
