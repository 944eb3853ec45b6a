import { randomBytes, randomUUID } from "node:crypto";
import { systemClock, type Clock } from "@datasette-publish/core";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiFake, type Contract, type JsonSchema, type RunningRegistry } from "@datasette-publish/testkit";
import { readContract } from "../contract.ts";
import { accountHandlers, authorize } from "./account.ts";
import { addApp, appHandlers, closeApp, type NewApp } from "./apps.ts";
import { stubBuilder, type ImageBuilder } from "./builder.ts";
import { buildHandlers } from "./builds.ts";
import { Dynos } from "./dynos.ts";
import { formationHandlers } from "./formation.ts";
import type { HerokuAccount, HerokuApp, HerokuBehaviour, HerokuWorld } from "./model.ts";
import { releaseHandlers } from "./releases.ts";
import { Sources } from "./sources.ts";
import { Streams } from "./streams.ts";
import { registryDoor } from "../hosting/registry-door.ts";
import type { SiteRunner } from "../hosting/site-runner.ts";

/** What the fake is made of. */
export interface HerokuFakeOptions {
  /** What runs the web processes. */
  readonly runner: SiteRunner;
  /** What is behind `HEROKU_REGISTRY`. The fake does not stop it. */
  readonly registry: RunningRegistry;
  readonly account?: { readonly email?: string; readonly verified?: boolean };
  /** Teams that the account belongs to. */
  readonly teams?: readonly string[];
  /** What builds from source. Unset: nothing is built. */
  readonly builder?: ImageBuilder;
  /** What it waits by: the one that its client has. Unset: real time. */
  readonly clock?: Clock;
}

/** Heroku on this machine: its API, its registry, its streams and its uploads at one address. */
export interface HerokuFake {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The account's token, unlike any other text. */
  readonly token: string;
  /** What points a client here. */
  readonly env: { readonly HEROKU_HOST: string; readonly HEROKU_REGISTRY: string; readonly HEROKU_API_KEY: string };
  /** Calls, violations of the contract, and faults to come. */
  readonly api: ApiFake;
  /** By name. */
  readonly apps: ReadonlyMap<string, HerokuApp>;
  /** Names of apps that somebody else has. */
  readonly taken: Set<string>;
  readonly account: HerokuAccount;
  readonly behaviour: HerokuBehaviour;
  /** An app that was there before, of any stack and generation. */
  addApp(app: NewApp): Promise<HerokuApp>;
  /** Waits until all that goes on after the answers has ended: releases, builds, starts and stops of sites. */
  settled(): Promise<void>;
  /** Ends it with every site that it runs. */
  stop(): Promise<void>;
}

const contract = localContract(readContract("heroku"));

/** Starts it on a free port of 127.0.0.1, with no app. Its contract is the one in `contracts/heroku.json`. */
export async function startHerokuFake(options: HerokuFakeOptions): Promise<HerokuFake> {
  const token = `HRKU-${randomUUID()}${randomBytes(8).toString("hex")}`;
  const { world, settled } = await createWorld(options);
  const api = new ApiFake({
    contract,
    handlers: handlersOf(world),
    before: authorize(token),
    raw: rawRoutes(world, token),
  });
  const url = await api.listen();
  world.streams.url = url;
  world.sources.url = url;
  return {
    url,
    token,
    api,
    settled,
    apps: world.apps,
    taken: world.taken,
    account: world.account,
    behaviour: world.behaviour,
    env: { HEROKU_HOST: url, HEROKU_REGISTRY: `localhost:${new URL(url).port}`, HEROKU_API_KEY: token },
    addApp: (app) => addApp(world, app),
    async stop() {
      Object.assign(world.behaviour, { releasePhase: "none", builds: "succeed" });
      await settled();
      for (const app of world.apps.values()) await closeApp(world, app);
      await api.close();
      await world.sources.close();
    },
  };
}

async function createWorld(options: HerokuFakeOptions): Promise<{ world: HerokuWorld; settled: () => Promise<void> }> {
  const { runner, registry, builder = stubBuilder(), clock = systemClock, teams = [], account } = options;
  const tasks = new Set<Promise<void>>();
  const behaviour: HerokuBehaviour = {
    releasePhase: "none",
    releaseOutput: [],
    builds: "succeed",
    defaultSize: "Basic",
    overlap: false,
  };
  const dynos = new Dynos(runner, behaviour);
  const apps: HerokuWorld["apps"] = new Map();
  const world: HerokuWorld = {
    registry,
    builder,
    clock,
    dynos,
    apps,
    taken: new Set(),
    teams: new Set(teams),
    streams: new Streams(),
    sources: await Sources.create(),
    account: { id: randomUUID(), email: account?.email ?? "owner@example.com", verified: account?.verified ?? true },
    behaviour,
    later(work) {
      const task = work().finally(() => tasks.delete(task));
      tasks.add(task);
    },
  };
  const settled = async () => {
    while (tasks.size > 0) await Promise.all(tasks);
    await Promise.all([...apps.values()].map((app) => dynos.refresh(app)));
  };
  return { world, settled };
}

function handlersOf(world: HerokuWorld): ConstructorParameters<typeof ApiFake>[0]["handlers"] {
  return {
    ...accountHandlers(world),
    ...appHandlers(world),
    ...releaseHandlers(world),
    ...formationHandlers(world),
    ...buildHandlers(world),
  };
}

function rawRoutes(world: HerokuWorld, token: string): (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean> {
  const door = registryDoor({
    registry: world.registry.host,
    authorize: (_user, password) => password === token,
    mayUse: (repository) => world.apps.has(repository.split("/")[0] ?? ""),
    refuseOci: true,
  });
  return async (request, response, url) => {
    response.setHeader("Request-Id", randomUUID());
    if (world.streams.serve(request, response, url)) return true;
    return (await world.sources.serve(request, response, url)) || door(request, response, url);
  };
}

/** Heroku's contract, but an app's address is one of this machine. */
function localContract(published: Contract): Contract {
  const schemas: Record<string, JsonSchema> = { ...published.schemas };
  for (const name of ["App", "TeamApp"]) {
    const schema = schemas[name] ?? {};
    const properties = {
      ...(schema["properties"] as Record<string, unknown>),
      web_url: { type: "string", pattern: String.raw`^http://127\.0\.0\.1:\d+/$` },
    };
    schemas[name] = { ...schema, properties };
  }
  return { ...published, schemas };
}
