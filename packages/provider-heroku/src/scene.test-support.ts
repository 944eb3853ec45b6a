import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openProject, manage, type HostContext, type PublishEvent, type PublishResult } from "@datasette-publish/core";
import { startHerokuFake, stubRunner, type HerokuApp, type HerokuFake } from "@datasette-publish/fake-hosts";
import { fakeRuntime, fastClock, startRegistry, type RunningRegistry, publishSite, type SiteRequest } from "@datasette-publish/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { heroku } from "./provider.ts";

/** The app that the scene publishes to. */
export const name = "pets-and-quirks";

type Options = SiteRequest["options"];

/** What Heroku and its client wait by. */
export const clock = fastClock();

/** A Heroku of each test's own, and a folder with one table. Its functions work in tests only. */
export interface HerokuScene {
  fake(): HerokuFake;
  app(): HerokuApp;
  /** How the sites at this Heroku behave. */
  readonly site: { rows: number; healthy: boolean; /** False: a dyno crashes when it starts. */ starts: boolean };
  /** Of every run of the test. */
  readonly events: PublishEvent[];
  write(csv: string): Promise<void>;
  request(options?: Options, more?: Partial<SiteRequest>): SiteRequest;
  run(options?: Options, more?: Partial<SiteRequest>): Promise<PublishResult>;
  ask<T>(work: (host: HostContext) => Promise<T>): Promise<T>;
  /** What Heroku was asked to change, in order. */
  changes(): readonly string[];
  /** How the steps of this id ended, in order. */
  outcomes(id: string): readonly string[];
  output(): readonly string[];
}

/** Sets the scene for every test of a `describe`; each must end without a violation of the contract, and without the token in an event. */
export function herokuScene(): HerokuScene {
  let registry: RunningRegistry;
  let fake: HerokuFake;
  let dir: string;
  const site = { rows: 2, healthy: true, starts: true };
  const events: PublishEvent[] = [];
  const report = (event: PublishEvent): void => void events.push(event);
  const write = (csv: string) => writeFile(join(dir, "pets", "pets.csv"), csv);

  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry.stop());
  beforeEach(async () => {
    Object.assign(site, { rows: 2, healthy: true, starts: true });
    events.length = 0;
    const start = stubRunner(site);
    const runner: typeof start = (how) => (site.starts ? start(how) : Promise.reject(new Error("It does not start.")));
    fake = await startHerokuFake({ runner, registry, clock, teams: ["cats"] });
    dir = await mkdtemp(join(tmpdir(), "heroku-"));
    await mkdir(join(dir, "pets"));
    await write("name,legs\nRex,4\nTweety,2\n");
  });
  afterEach(async () => {
    await fake.stop();
    await rm(dir, { recursive: true, force: true });
    expect(fake.api.violations).toEqual([]);
    expect(JSON.stringify(events)).not.toContain(fake.token);
  });

  const request: HerokuScene["request"] = (options = {}, more = {}) => ({
    project: openProject([join(dir, "pets")], { name: "pets" }),
    options: { app: name, ...options },
    env: { ...fake.env, HOME: dir },
    runtime: (platform) => fakeRuntime(platform, join(dir, "runtime")),
    clock,
    timeoutMs: 60_000,
    ...more,
  });
  return {
    fake: () => fake,
    app() {
      const app = fake.apps.get(name);
      if (app === undefined) throw new Error(`There is no app ${name}.`);
      return app;
    },
    site,
    events,
    write,
    request,
    run: (options, more) => publishSite(heroku, request(options, more), { report }),
    ask: (work) => manage(heroku, request(), { report }, work),
    changes: () => fake.api.requests.map(({ operation }) => operation).filter((operation) => !operation.startsWith("GET ")),
    outcomes: (id) => events.flatMap((event) => (event.type === "step.ended" && event.id === id ? [event.outcome] : [])),
    output: () => events.flatMap((event) => (event.type === "output" ? [event.text] : [])),
  };
}
