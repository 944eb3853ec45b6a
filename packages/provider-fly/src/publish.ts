import { hash } from "node:crypto";
import type { Deployment, HostContext, Image, PlanAction, ProviderContext } from "@datasette-publish/core";
import * as api from "./api/index.ts";
import { configOf } from "./machines.ts";

/** Where the site answers. */
export const urlOf = ({ env, name }: HostContext): string => (env["FLY_APPS_URL"] || "https://{app}.fly.dev").replace("{app}", name);

/** One machine in each region that was asked for, else where the site is. Another one replaces a machine that would change its volume, or is out of reach. */
function placesOf({ options: { region: asked = "", volumeName, createVolume: size } }: HostContext, found: api.Found) {
  const volume = found.volumes.find(({ name }) => name === volumeName) ?? { id: size === undefined ? "" : "new", region: "" };
  const fitting = found.machines.filter((each) => api.isReachable(each) && (each.config?.mounts?.[0]?.volume ?? "") === volume.id);
  const regions = new Set((String(asked) || api.regionsOf(found.machines).join() || volume.region || "iad").split(/[\s,]+/));
  const places = [...regions].map((region) => ({ region, was: fitting.find((machine) => machine.region === region) ?? { region } }));
  return { places, volume, extra: [...found.replaced, ...found.machines.filter((each) => !places.some(({ was }) => was === each))] };
}

/** Refuses what Fly.io, or the site as it is, cannot follow. @throws PublishError `OPTION_INVALID`, `APP_UNSUITABLE`, `HOST_BUSY`, and what `readApp` does */
export async function check(ctx: HostContext): Promise<void> {
  const found = await api.readApp(ctx);
  api.requireVolume(ctx, found);
  const { places, volume } = placesOf(ctx, found);
  const regions = places.map(({ region }) => region);
  await api.requireMachines(ctx, regions, found);
  const home = volume.region || regions[0];
  if (volume.id !== "" && regions.join() !== home)
    throw api.invalidOption("region", `A volume is in one region, here ${home}.`, `Give --region ${home}.`);
  if (volume.id === "" && ctx.options["createDb"] !== undefined)
    throw api.invalidOption("createDb", "A database that is written to needs a volume.", "Add --create-volume 1.");
}

const task = (verb: PlanAction["verb"] | "confirm", target: string, run: () => Promise<unknown>) => ({ verb, target, run });

/** What a publish does, in order: `plan` lists it, `publish` runs it. */
function* tasksOf(ctx: ProviderContext, found: api.Found, changes: api.Changes, images: readonly Image[]) {
  const [url, { places, volume, extra }] = [urlOf(ctx), placesOf(ctx, found)];
  if (!found.app) yield task("create", `app ${ctx.name}`, () => api.createApp(ctx));
  for (const type of api.missingAddresses(found)) yield task("create", `address ${type}`, () => api.assignAddress(ctx, type));
  const repository = `${ctx.env["FLY_REGISTRY_HOST"] || "registry.fly.io"}/${ctx.name}`;
  const tag = `${repository}:deployment-${hash("sha256", JSON.stringify({ ...ctx.site, dataset: null })).slice(0, 12)}`;
  yield task("push", tag, () => ctx.deliver.push(images, tag, { credentials: { username: "x", password: api.bareToken(ctx.token) } }));
  let secrets: api.Secrets = { all: found.secrets };
  const values = { ...ctx.variables(found.secrets.map(({ name }) => name)), ...api.missingMark(ctx, found) };
  const names = Object.keys(values).join(", ");
  if (names !== "") yield task("update", `secrets ${names}`, async () => (secrets = await api.setSecrets(ctx, values)));
  for (const { region, was } of places) {
    if (volume.id === "new") yield task("create", `volume in ${region}`, async () => (volume.id = await api.createVolume(ctx, region)));
    yield task("id" in was ? "update" : "create", `machine in ${region}`, async () => {
      const target = { image: `${repository}@${images[0]?.manifestDigest}`, primary: places[0]?.region ?? region, volume: volume.id };
      const config = configOf(ctx, target, secrets, "id" in was ? was.config : undefined);
      await api.replaceMachine(ctx, { was, config, secretsVersion: secrets.version }, changes);
    });
  }
  yield task("confirm", url, () => ctx.confirm(url, api.settleOf(changes)));
  for (const machine of extra) yield task("remove", `machine in ${machine.region}`, () => api.removeMachine(ctx, machine));
}

/** What `publish` would do. */
export async function plan(ctx: ProviderContext): Promise<readonly PlanAction[]> {
  const found = await api.readApp(ctx);
  const tasks = [...tasksOf(ctx, found, api.changesOf(found.machines), [])];
  return tasks.flatMap(({ verb, target }) => (verb === "confirm" ? [] : [{ verb, target }]));
}

/** Runs the tasks; until the site is confirmed, a failure or Ctrl-C puts back what served before. */
export async function publish(images: readonly Image[], ctx: ProviderContext): Promise<Deployment> {
  const found = await api.readApp(ctx);
  const changes = api.changesOf(found.machines);
  await api.restoring(ctx, changes, async () => {
    for (const { verb, target, run } of tasksOf(ctx, found, changes, images))
      await (/push|confirm/.test(verb) ? run() : ctx.step(`fly.${target.split(" ")[0]}`, `Fly.io: ${verb} ${target}`, run));
  });
  const facts = { app: ctx.name, release: images[0]?.manifestDigest ?? null };
  const next = ["open", "status", "unpublish"].map((verb) => `publish ${verb} fly --app ${ctx.name}`);
  return { provider: "fly", id: ctx.name, url: urlOf(ctx), next, facts };
}
