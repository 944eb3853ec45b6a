import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  openProject,
  manage,
  type HostContext,
  type HostedSite,
  type Provider,
  type PublishEvent,
  type PublishResult,
  type SiteStatus,
} from "@datasette-publish/core";
import {
  startFlyFake,
  stubRunner,
  type FlyApp,
  type FlyFake,
  type FlyMachine,
  type SiteRunner,
  type SiteStart,
} from "@datasette-publish/fake-hosts";
import { fakeRuntime, fastClock, startRegistry, type RunningRegistry, publishSite, type SiteRequest } from "@datasette-publish/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { fly } from "./provider.ts";

/** The app that the scene publishes to. */
export const name = "pets-and-quirks";

type Options = SiteRequest["options"];

/** A Fly.io of each test's own, and a folder with one table. Its functions work in tests only. */
export interface FlyScene {
  fake(): FlyFake;
  app(): FlyApp;
  /** The app's machines that are not destroyed, in the order in which they were made. */
  machines(): readonly FlyMachine[];
  /** How the sites at this Fly.io behave. */
  readonly site: { rows: number; healthy: boolean };
  /** Regions whose sites do not listen from their next start on, or answer everybody 403. */
  readonly sickRegions: Set<string>;
  readonly privateRegions: Set<string>;
  /** What machines started, in order. */
  readonly starts: readonly SiteStart[];
  write(csv: string): Promise<void>;
  request(options?: Options, more?: Partial<SiteRequest>): SiteRequest;
  run(options?: Options, more?: Partial<SiteRequest>, signal?: AbortSignal): Promise<PublishResult>;
  status(): Promise<SiteStatus | null>;
  list(): Promise<readonly HostedSite[]>;
  /** What Fly.io was asked to change since `from`, in order, without leases. */
  changes(from?: number): readonly string[];
  /** How the steps of this id ended, in order. */
  outcomes(id: string): readonly string[];
}

/** Sets the scene for every test of a `describe`; each must end without a violation of the contract, and without the token in an event. */
export function flyScene(): FlyScene {
  const clock = fastClock();
  let registry: RunningRegistry;
  let fake: FlyFake;
  let dir: string;
  const site = { rows: 2, healthy: true };
  const sickRegions = new Set<string>();
  const privateRegions = new Set<string>();
  const starts: SiteStart[] = [];
  const events: PublishEvent[] = [];
  const report = (event: PublishEvent): void => void events.push(event);
  const write = (csv: string) => writeFile(join(dir, "pets", "pets.csv"), csv);
  const stub = stubRunner(site);
  const runner: SiteRunner = async (start) => {
    starts.push(start);
    const region = start.env["FLY_REGION"] ?? "";
    const running = await (privateRegions.has(region) ? runPrivate : stub)(start);
    if (sickRegions.has(region)) await running.stop();
    return running;
  };

  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry.stop());
  beforeEach(async () => {
    Object.assign(site, { rows: 2, healthy: true });
    sickRegions.clear();
    privateRegions.clear();
    starts.length = 0;
    events.length = 0;
    fake = await startFlyFake({ runner, registry, clock });
    fake.waitMs = 300;
    dir = await mkdtemp(join(tmpdir(), "fly-"));
    await mkdir(join(dir, "pets"));
    await write("name,legs\nRex,4\nTweety,2\n");
  });
  afterEach(async () => {
    await fake.stop();
    await rm(dir, { recursive: true, force: true });
    expect(fake.api.violations).toEqual([]);
    for (const token of [fake.token, fake.plainToken]) expect(JSON.stringify(events)).not.toContain(token);
  });

  const request: FlyScene["request"] = (options = {}, more = {}) => ({
    project: openProject([join(dir, "pets")], { name: "pets" }),
    options: { app: name, ...options },
    env: { ...fake.env, HOME: dir },
    runtime: (platform) => fakeRuntime(platform, join(dir, "runtime")),
    clock,
    timeoutMs: 60_000,
    ...more,
  });
  const app = (): FlyApp => {
    const found = fake.apps.get(name);
    if (found === undefined) throw new Error(`There is no app ${name}.`);
    return found;
  };
  const ask = <T>(work: (provider: Provider, host: HostContext) => Promise<T>): Promise<T> =>
    manage(fly, request(), { report }, (host) => work(fly, host));
  return {
    fake: () => fake,
    app,
    machines: () => [...app().machines.values()].filter(({ state }) => !state.startsWith("destroy")),
    site,
    sickRegions,
    privateRegions,
    starts,
    write,
    request,
    run: (options, more, signal) => publishSite(fly, request(options, more), { report, ...(signal === undefined ? {} : { signal }) }),
    status: () => ask((provider, host) => provider.status!(host)),
    list: () => ask((provider, host) => provider.list!(host)),
    outcomes: (id) => events.flatMap((event) => (event.type === "step.ended" && event.id === id ? [event.outcome] : [])),
    changes: (from = 0) =>
      fake.api.requests
        .map(({ operation }) => operation)
        .slice(from)
        .filter((operation) => !operation.startsWith("GET ") && !operation.endsWith("/lease")),
  };
}

/** A site for logged-in visitors only. */
const runPrivate: SiteRunner = async () => {
  const server = createServer((_, response) => response.writeHead(403).end()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, stop };
};
