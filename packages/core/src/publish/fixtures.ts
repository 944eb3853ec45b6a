import type { Context } from "../events/events.ts";
import type { Build } from "../build/build.ts";
import type { Image } from "../oci/types.ts";
import { prepare } from "../project/prepare.ts";
import type { HostContext } from "../provider/context.ts";
import type { Login, NameRule, Provider } from "../provider/provider.ts";
import type { Task } from "../provider/rollout.ts";
import type { SiteStatus } from "../provider/status.ts";
import { systemClock } from "../run/clock.ts";
import { newSession } from "../run/session.ts";
import type { Site } from "../site/site.ts";
import { plan, publish } from "./publish.ts";
import type { PublishResult } from "./result.ts";
import { openTarget, type TargetRequest } from "./target.ts";
import { tools } from "./tools.ts";

export const token = "canary-token-part-1,canary-token-part-2";
export const login: Login = {
  env: "SHELF_TOKEN",
  url: "https://shelf.example.org/tokens",
  account: (ctx) => Promise.resolve(`owner of ${ctx.token.length}`),
};
export const names: NameRule = { option: "app", pattern: /^[a-z][a-z0-9-]*$/, maxLength: 30 };

/** A provider with a login and names that publishes nothing. */
export const shelf: Provider = {
  interface: 1,
  name: "shelf",
  title: "Shelf",
  description: "Keeps nothing",
  options: {
    app: { type: "string", description: "Name of the app" },
    pin: { type: "string", description: "Pin of the lock", secret: true },
  },
  accepts: { images: { platforms: ["linux/amd64"] } },
  login,
  names,
  check: () => Promise.resolve(),
  rollout: () => Promise.reject(new Error("not here")),
};

/** Builds an image of nothing, for providers that do not look. */
export const noImage: Build = () => Promise.resolve(nothing);
export const nothing: Image = {
  platform: { os: "linux", architecture: "amd64" },
  layers: [],
  config: Buffer.alloc(0),
  configDigest: "",
  manifest: Buffer.alloc(0),
  mediaType: "",
  manifestDigest: "",
};

/** A publish from its files to its end, or only its plan. */
export async function publishOnce(
  provider: Provider,
  request: TargetRequest,
  build: Build,
  ctx: Context,
  dryRun = false,
): Promise<PublishResult> {
  const target = await openTarget(provider, request, ctx);
  await using prepared = await prepare(request.project, {}, ctx);
  return dryRun ? await plan(target, prepared) : await publish(target, prepared, build);
}

/** What a provider works with, for a site that answers at every address. */
export function contextWith(changes: Partial<HostContext> = {}): HostContext {
  const context: Partial<HostContext> = {
    ...tools,
    report: () => {},
    provider: "shelf",
    title: "Shelf",
    options: {},
    env: {},
    session: newSession(),
    fetch: () => Promise.resolve(Response.json({})),
    clock: systemClock,
    timeoutMs: 0,
    redact: (text) => text,
    name: "pets",
    ...changes,
  };
  return context as HostContext;
}

/** A site without tables. */
export const emptySite = { name: "pets", dataset: { databases: [] } } as unknown as Site;

/** A site that runs as release v7. */
export const running: SiteStatus = {
  name: "pets",
  url: "https://pets.example.org/",
  state: "running",
  releases: ["v7", "v6"].map((id) => ({ id, current: id === "v7", status: "", description: "", createdAt: null })),
  facts: {},
};

/** Makes tasks that write into a log what they do, and how it is made undone. */
export function loggedTasks() {
  const log: string[] = [];
  const task = (verb: Task["verb"], target: string, changes: Partial<Task> = {}): Task => ({
    verb,
    target,
    run: () => log.push(`${verb} ${target}`),
    undo: ({ signal }) => Promise.resolve(void log.push(`undo ${target}, ${signal?.aborted ? "cancelled" : "free"}`)),
    ...changes,
  });
  /** One that nothing makes undone. */
  const lasting = (verb: Task["verb"], target: string, changes: Partial<Task> = {}): Task => {
    const { undo: _undo, ...rest } = task(verb, target, changes);
    return rest;
  };
  return { log, task, lasting };
}
