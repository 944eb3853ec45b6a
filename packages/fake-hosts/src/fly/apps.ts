import { createHash, randomInt } from "node:crypto";
import type { Call, Handler } from "@datasette-publish/testkit";
import { FlyRefusal, affinityCookie, appOf } from "./answers.ts";
import { flyId, flyRegions, type FlyApp, type FlyIp, type FlyModel } from "./model.ts";
import { destroyMachine, route } from "./run.ts";
import { FrontDoor } from "../hosting/front-door.ts";

/** Apps, their addresses and secrets, and what does not belong to an app. */
export function flyAppHandlers(model: FlyModel): Record<string, Handler> {
  return {
    "GET /apps": ({ query }) => listApps(model, query.get("org_slug")),
    "POST /apps": async ({ body }) => {
      const { name, org_slug: orgSlug } = body as { name: string; org_slug: string };
      const app = await createApp(model, name, orgSlug);
      const headers = { "set-cookie": `${affinityCookie}=${app.id}; Path=/v1/apps/${name}` };
      return { status: 201, headers, body: { ...appBody(app), created_at: Date.now() } };
    },
    "GET /apps/{app_name}": (call) => ({ status: 200, body: appBody(appOf(model, call)) }),
    "DELETE /apps/{app_name}": async (call) => {
      await deleteApp(model, appOf(model, call));
      return { status: 202 };
    },
    "GET /apps/{app_name}/ip_assignments": (call) => ({ status: 200, body: { ips: orNull(appOf(model, call).ips.map(ipBody)) } }),
    "POST /apps/{app_name}/ip_assignments": (call) => {
      const app = appOf(model, call);
      const ip = assignIp(app, (call.body as { type: string }).type);
      route(model, app);
      return { status: 200, body: ipBody(ip) };
    },
    "GET /apps/{app_name}/secrets": (call) => ({ status: 200, body: { secrets: orNull(secretBodies(appOf(model, call))) } }),
    "POST /apps/{app_name}/secrets": (call) => setSecrets(appOf(model, call), call),
    "GET /platform/regions": () => {
      const regions = flyRegions.map((code) => ({ code, name: `Region ${code}`, gateway_available: true, deprecated: false }));
      return { status: 200, body: model.capitalRegions ? { Nearest: "ams", Regions: regions } : { nearest: "ams", regions } };
    },
    "GET /tokens/current": () => ({
      status: 200,
      body: { tokens: [...model.orgs].map((slug) => ({ token_id: flyId(), org_slug: slug, organization: slug, apps: ["*"] })) },
    }),
  };
}

/** Go writes an empty slice as null. */
function orNull<T>(items: readonly T[]): readonly T[] | null {
  return items.length > 0 ? items : null;
}

/** Takes down everything of an app; its name is free again. */
export async function deleteApp(model: FlyModel, app: FlyApp): Promise<void> {
  model.apps.delete(app.name);
  for (const machine of app.machines.values()) destroyMachine(model, app, machine);
  await Promise.all([...app.machines.values()].map(({ work }) => work));
  await app.door.close();
}

function listApps(model: FlyModel, orgSlug: string | null): { status: number; body: unknown } {
  if (orgSlug === null) throw new FlyRefusal(400, "org_slug is required");
  const apps = [...model.apps.values()].filter((app) => app.orgSlug === orgSlug).map(appBody);
  return { status: 200, body: { total_apps: apps.length, apps } };
}

async function createApp(model: FlyModel, name: string, orgSlug: string): Promise<FlyApp> {
  if (!/^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/.test(name)) throw new FlyRefusal(422, "Validation failed: Name is invalid");
  if (!model.orgs.has(orgSlug)) throw new FlyRefusal(404, "organization not found");
  if (model.taken.has(name) || model.apps.has(name))
    throw new FlyRefusal(422, { error: "Validation failed: Name has already been taken", status: "name_taken" });
  const app: FlyApp = {
    id: flyId("app"),
    name,
    orgSlug,
    hiddenLooks: model.hiddenAppLooks,
    ips: [],
    secrets: new Map(),
    secretsVersion: 0,
    machines: new Map(),
    volumes: new Map(),
    door: new FrontDoor(),
  };
  model.apps.set(name, app);
  await app.door.listen();
  return app;
}

function appBody(app: FlyApp): Readonly<Record<string, unknown>> {
  const machines = [...app.machines.values()].filter(({ state }) => state !== "destroyed");
  return {
    id: app.id,
    name: app.name,
    status: machines.length === 0 ? "pending" : "deployed",
    machine_count: machines.length,
    volume_count: app.volumes.size,
    network: "default",
    organization: { name: app.orgSlug, slug: app.orgSlug },
  };
}

function assignIp(app: FlyApp, type: string): FlyIp {
  const makers: Readonly<Record<string, () => string>> = {
    v4: () => `137.66.0.${randomInt(1, 255)}`,
    shared_v4: () => `66.241.124.${randomInt(1, 255)}`,
    v6: () => `2a09:8280:1::${randomInt(1, 0xffff).toString(16)}`,
    private_v6: () => `fdaa:0:1::${randomInt(1, 0xffff).toString(16)}`,
  };
  const make = makers[type];
  if (make === undefined) throw new FlyRefusal(400, `unknown IP type ${type}`);
  const shared = type === "shared_v4";
  if (shared && app.ips.some((ip) => ip.shared)) throw new FlyRefusal(422, "App already has a shared IPv4 address");
  const ip = { type, ip: make(), shared, createdAt: new Date().toISOString() };
  app.ips.push(ip);
  return ip;
}

function ipBody({ ip, shared, createdAt }: FlyIp): unknown {
  return { ip, shared, region: "global", created_at: createdAt };
}

function setSecrets(app: FlyApp, { body }: Call): { status: number; body: unknown } {
  for (const [name, value] of Object.entries((body as { values: Record<string, string | null> }).values)) {
    if (value === null) app.secrets.delete(name);
    else app.secrets.set(name, value);
  }
  app.secretsVersion += 1;
  return { status: 200, body: { version: app.secretsVersion, secrets: secretBodies(app) } };
}

/** Nobody gets a value back. */
function secretBodies(app: FlyApp): { name: string; digest: string }[] {
  return [...app.secrets].map(([name, value]) => ({
    name,
    digest: createHash("sha256").update(app.id).update(value).digest("hex").slice(0, 16),
  }));
}
