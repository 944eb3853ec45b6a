import { randomBytes } from "node:crypto";
import { systemClock, type Clock } from "@datasette-publish/core";
import { ApiFake, type Answer, type Call, type RunningRegistry } from "@datasette-publish/testkit";
import { readContract } from "../contract.ts";
import { refusable } from "./answers.ts";
import { deleteApp, flyAppHandlers } from "./apps.ts";
import { flyLeaseHandlers } from "./leases.ts";
import { FlyLimits } from "./limits.ts";
import { flyMachineHandlers } from "./machines.ts";
import { flyUlid, type FlyModel } from "./model.ts";
import { flyVolumeHandlers } from "./volumes.ts";
import { flyWaitHandlers } from "./wait.ts";
import { FrontDoor } from "../hosting/front-door.ts";
import { registryDoor } from "../hosting/registry-door.ts";
import type { SiteRunner } from "../hosting/site-runner.ts";

/** How long a wait is held at most, unless a test says. */
const defaultWaitMs = 2000;

/** A Fly.io on this machine: the Machines API, its registry, and machines that run. */
export interface FlyFake extends FlyModel {
  /** Without `/v1`, as `FLY_FLAPS_BASE_URL` has it. */
  readonly url: string;
  /** A macaroon, sent as `FlyV1 fm2_…`. */
  readonly token: string;
  /** An OAuth token of the same user, sent as `Bearer …`. */
  readonly plainToken: string;
  /** What points `flyctl` and the Fly.io provider here; `FLY_APPS_URL` is the address of the app that started last. */
  readonly env: Readonly<Record<"FLY_FLAPS_BASE_URL" | "FLY_REGISTRY_HOST" | "FLY_API_TOKEN" | "FLY_APPS_URL", string>>;
  /** Requests, violations and faults. */
  readonly api: ApiFake;
  /** Ends it and all that it runs. The registry stays. */
  stop(): Promise<void>;
}

export interface FlyFakeOptions {
  readonly runner: SiteRunner;
  /** Where images are kept. */
  readonly registry: RunningRegistry;
  /** What its waits, leases and rate limits go by: the one that its client has. Unset: real time. */
  readonly clock?: Clock;
}

const contract = readContract("fly");

/** Starts a Fly.io without apps, for the organization `personal`. */
export async function startFlyFake({ runner, registry, clock = systemClock }: FlyFakeOptions): Promise<FlyFake> {
  const token = `fm2_${randomBytes(24).toString("base64url")}`;
  const plainToken = randomBytes(24).toString("hex");
  const door = new FrontDoor();
  const model: FlyModel = {
    apps: new Map(),
    taken: new Set(),
    orgs: new Set(["personal"]),
    waitMs: defaultWaitMs,
    secondMs: 1000,
    flatLeases: false,
    capitalRegions: false,
    hiddenAppLooks: 0,
    hiddenLooks: 0,
    hiddenPushes: 0,
    uncheckedLooks: 1,
    rateLimited: 0,
    starts: 0,
    runner,
    clock,
    registry: registry.host,
    registryHost: "",
    door,
  };
  const api = serve(model, token, plainToken);
  const url = await api.listen();
  model.registryHost = `localhost:${new URL(url).port}`;
  const env = {
    FLY_FLAPS_BASE_URL: url,
    FLY_REGISTRY_HOST: model.registryHost,
    FLY_API_TOKEN: token,
    FLY_APPS_URL: await door.listen(),
  };
  const stop = async () => {
    await api.close();
    await Promise.all([...model.apps.values()].map((app) => deleteApp(model, app)));
    await door.close();
  };
  return Object.assign(model, { url, token, plainToken, env, api, stop });
}

function serve(model: FlyModel, token: string, plainToken: string): ApiFake {
  const limits = new FlyLimits();
  const images = registryDoor({
    registry: model.registry,
    authorize: (user, password) => user === "x" && (password === token || password === plainToken),
    mayUse: (repository) => model.apps.has(repository),
    knows: () => model.hiddenPushes-- <= 0,
    refuseOci: false,
  });
  const handlers = {
    ...flyAppHandlers(model),
    ...flyLeaseHandlers(model),
    ...flyMachineHandlers(model),
    ...flyVolumeHandlers(model),
    ...flyWaitHandlers(model),
  };
  return new ApiFake({
    contract,
    basePath: "/v1",
    handlers: Object.fromEntries(Object.entries(handlers).map(([operation, handler]) => [operation, refusable(handler)])),
    before: (call) => authorize(call, token, plainToken) ?? limit(call, limits, model),
    async raw(request, response, url) {
      response.setHeader("fly-request-id", `${flyUlid()}-ams`);
      return images(request, response, url);
    },
  });
}

/** Macaroons have a scheme of their own, and come with others after commas; any other token is a bearer's. */
function authorize({ headers }: Call, token: string, plainToken: string): Answer | undefined {
  const [scheme, value = ""] = (headers.authorization ?? "").split(" ");
  const isMacaroon = scheme === "FlyV1" && value.split(",").includes(token);
  return isMacaroon || (scheme === "Bearer" && value === plainToken) ? undefined : { status: 401, body: { error: "unauthenticated" } };
}

function limit(call: Call, limits: FlyLimits, model: FlyModel): Answer | undefined {
  if (limits.take(call, model)) return undefined;
  model.rateLimited += 1;
  return { status: 429, body: { error: "rate limit exceeded" } };
}
