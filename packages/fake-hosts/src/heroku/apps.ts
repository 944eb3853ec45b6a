import { randomUUID } from "node:crypto";
import type { Answer, Call, Handler } from "@datasette-publish/testkit";
import { FrontDoor } from "../hosting/front-door.ts";
import { invalid, listAnswer, onApp, problem } from "./answers.ts";
import { processType } from "./formation.ts";
import { idOf, timestamp, type HerokuApp, type HerokuWorld } from "./model.ts";
import { addRelease } from "./releases.ts";
import { LineLog } from "./streams.ts";

const stacks = ["container", "heroku-22", "heroku-24", "heroku-26"];
const defaultStack = "heroku-24";
const regions = ["us", "eu"];
/** Regions of private spaces only. */
const privateRegions = ["dublin"];

/** The version of the API that says an app's generation by its name alone. */
const asNames = /;\s*version=3\.sdk\b/;

/** What regions and teams can be ordered by. */
const places = { name: ({ name }: { readonly name: string }) => name, id: ({ id }: { readonly id: string }) => id };

/** What an app is made of; all but the name has Heroku's defaults. */
export interface NewApp {
  readonly name: string;
  readonly stack?: string;
  readonly region?: string;
  readonly team?: string;
  readonly generation?: "cedar" | "fir";
  /** Process types that it was released with, by number of dynos. Unset: it was never released. */
  readonly dynos?: Readonly<Record<string, number>>;
}

/** Apps of the account and of its teams: create, find, list, change, delete. */
export function appHandlers(world: HerokuWorld): Record<string, Handler> {
  const byName = { name: ({ name }: HerokuApp) => name, id: ({ id }: HerokuApp) => id };
  const list = (call: Call, isListed: (app: HerokuApp) => boolean, show = showApp) =>
    listAnswer(call, [...world.apps.values()].filter(isListed), byName, (app) => show(world, app, call));
  return {
    "GET /apps": (call) => list(call, () => true),
    "POST /apps": (call) => create(world, call),
    "GET /apps/{app}": onApp(world, (app, call) => ({ status: 200, body: showApp(world, app, call) })),
    "PATCH /apps/{app}": onApp(world, (app, call) => update(world, app, call)),
    "DELETE /apps/{app}": onApp(world, (app, call) => remove(world, app, call)),
    "POST /teams/apps": (call) => create(world, call),
    "GET /regions": (call) => listAnswer(call, [...regions, ...privateRegions].map(showRegion), places, (region) => region),
    "GET /teams": (call) => listAnswer(call, Array.from(world.teams, showTeam), places, (team) => team),
    "GET /users/{account}/apps": (call) => {
      if (!["~", world.account.email, world.account.id].includes(call.params["account"] ?? "")) return unknown("account");
      return list(call, ({ team }) => team === null);
    },
    "GET /teams/{team}/apps": (call) => {
      const { team: name = "" } = call.params;
      if (!world.teams.has(name)) return unknown("team");
      return list(call, ({ team }) => team === name, showTeamApp);
    },
  };
}

function showRegion(name: string) {
  return { ...named("region", name), private_capable: privateRegions.includes(name) };
}

function showTeam(name: string) {
  return named("team", name);
}

function unknown(what: string): Answer {
  return problem(404, "not_found", `Couldn't find that ${what}.`);
}

async function create(world: HerokuWorld, call: Call): Promise<Answer> {
  const app = call.body as NewApp;
  if (!world.account.verified)
    return problem(402, "verification_required", "To create an app, verify your account by adding payment information.");
  if (app.team !== undefined && !world.teams.has(app.team)) return unknown("team");
  if (isTaken(world, app.name)) return invalid(`Name ${app.name} is already taken`);
  if (!stacks.includes(app.stack ?? defaultStack)) return invalid(`Couldn't find that stack: ${app.stack}.`);
  if (!regions.includes(app.region ?? "us")) return invalid(`Couldn't find that region: ${app.region}.`);
  const made = await addApp(world, app);
  return { status: 201, body: made.team === null ? showApp(world, made, call) : showTeamApp(world, made, call) };
}

function isTaken({ apps, taken }: HerokuWorld, name: string): boolean {
  return apps.has(name) || taken.has(name);
}

/** Puts an app there, as its creation does. */
export async function addApp(
  world: HerokuWorld,
  { name, stack = defaultStack, region = "us", team, generation, dynos }: NewApp,
): Promise<HerokuApp> {
  const app: HerokuApp = {
    id: randomUUID(),
    name,
    stack,
    buildStack: stack,
    generation: generation ?? "cedar",
    region,
    team: team ?? null,
    createdAt: timestamp(),
    maintenance: false,
    isDeleted: false,
    configVars: {},
    dyno: null,
    releases: [],
    formation: new Map(),
    builds: new Map(),
    log: new LineLog(),
    door: new FrontDoor(),
  };
  world.apps.set(name, app);
  await app.door.listen();
  addRelease(world, app, { description: "Initial release", slug: null });
  if (dynos !== undefined) release(world, app, dynos);
  return app;
}

/** What somebody else deployed. */
function release(world: HerokuWorld, app: HerokuApp, dynos: Readonly<Record<string, number>>): void {
  const images = Object.fromEntries(Object.keys(dynos).map((type) => [type, { configDigest: randomUUID(), reference: type }]));
  for (const [type, quantity] of Object.entries(dynos)) processType(world, app, type).quantity = quantity;
  addRelease(world, app, { description: "Deploy 1f2e3d4c", slug: { id: randomUUID(), stack: app.stack, images } });
}

interface AppUpdate {
  readonly build_stack?: string;
  readonly maintenance?: boolean;
  readonly name?: string;
}

async function update(world: HerokuWorld, app: HerokuApp, call: Call): Promise<Answer> {
  const { build_stack: stack, maintenance, name } = call.body as AppUpdate;
  if (stack !== undefined && !stacks.includes(stack)) return invalid(`Couldn't find that stack: ${stack}.`);
  if (name !== undefined && name !== app.name && isTaken(world, name)) return invalid(`Name ${name} is already taken`);
  app.buildStack = stack ?? app.buildStack;
  app.maintenance = maintenance ?? app.maintenance;
  if (name !== undefined) {
    world.apps.delete(app.name);
    app.name = name;
    world.apps.set(name, app);
  }
  await world.dynos.refresh(app);
  return { status: 200, body: showApp(world, app, call) };
}

async function remove(world: HerokuWorld, app: HerokuApp, call: Call): Promise<Answer> {
  const body = showApp(world, app, call);
  world.apps.delete(app.name);
  await closeApp(world, app);
  return { status: 200, body };
}

/** Ends all that runs for an app. */
export async function closeApp(world: HerokuWorld, app: HerokuApp): Promise<void> {
  app.isDeleted = true;
  await world.dynos.refresh(app);
  app.log.end();
  await app.door.close();
}

function showApp(world: HerokuWorld, app: HerokuApp, call: Call): Record<string, unknown> {
  const team = app.team === null ? null : { id: idOf(`team ${app.team}`), name: app.team };
  return { ...showCommon(world, app, call), acm: false, organization: team, team };
}

function showTeamApp(world: HerokuWorld, app: HerokuApp, call: Call): Record<string, unknown> {
  return { ...showCommon(world, app, call), joined: true, locked: false, team: app.team === null ? null : { name: app.team } };
}

function showCommon({ account }: HerokuWorld, app: HerokuApp, { headers }: Call): Record<string, unknown> {
  return {
    id: app.id,
    name: app.name,
    created_at: app.createdAt,
    updated_at: app.releases.at(-1)?.createdAt ?? app.createdAt,
    stack: named("stack", app.stack),
    build_stack: named("stack", app.buildStack),
    region: named("region", app.region),
    generation: asNames.test(headers.accept ?? "") ? app.generation : named("generation", app.generation),
    maintenance: app.maintenance,
    owner: { email: account.email, id: account.id },
    space: null,
    archived_at: null,
    released_at: app.releases.at(-1)?.createdAt ?? null,
    repo_size: null,
    slug_size: null,
    internal_routing: null,
    buildpack_provided_description: null,
    git_url: `https://git.heroku.com/${app.name}.git`,
    web_url: `${app.door.url}/`,
  };
}

function named(kind: string, name: string): { id: string; name: string } {
  return { id: idOf(`${kind} ${name}`), name };
}
