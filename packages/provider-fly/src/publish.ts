import { hash } from "node:crypto";
import { PublishError, type HostContext, type Image, type PlanAction, type ProviderContext } from "@datasette-publish/core";
import * as api from "./api/index.ts";
import { configOf, replace, undo, type Change } from "./machines.ts";

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

/** Refuses what Fly.io, or the site as it is, cannot follow. @throws PublishError `OPTION_INVALID`, `HOST_BUSY`, and what `readApp` does */
export async function check(ctx: HostContext): Promise<void> {
  const found = await api.readApp(ctx);
  const { places, volume } = placesOf(ctx, found);
  const regions = places.map(({ region }) => region);
  await api.requireMachines(ctx, regions, found);
  const [invalid, home = ""] = ["OPTION_INVALID" as const, volume.region || regions[0]];
  if (volume.id !== "" && regions.join() !== home)
    throw new PublishError(invalid, `A volume is in one region, here ${home}.`, `Give --region ${home}.`, { option: "region" });
  if (volume.id === "" && ctx.options["createDb"] !== undefined)
    throw new PublishError(invalid, "A database that is written to needs a volume.", "Add --create-volume 1.", { option: "createDb" });
}

const task = (verb: PlanAction["verb"] | "confirm", target: string, run: () => Promise<unknown>) => ({ verb, target, run });

/** What a publish does, in order: `plan` lists it, `publish` runs it. */
export function* tasksOf(ctx: ProviderContext, found: api.Found, images: readonly Image[]) {
  const [done, url, { places, volume, extra }] = [[] as Change[], urlOf(ctx), placesOf(ctx, found)];
  if (!found.app) yield task("create", `app ${ctx.name}`, () => api.createApp(ctx));
  for (const type of api.missingAddresses(found)) yield task("create", `address ${type}`, () => api.assignAddress(ctx, type));
  const repository = `${ctx.env["FLY_REGISTRY_HOST"] || "registry.fly.io"}/${ctx.name}`;
  const tag = `${repository}:deployment-${hash("sha256", JSON.stringify({ ...ctx.site, dataset: null })).slice(0, 12)}`;
  yield task("push", tag, () => ctx.deliver.push(images, tag, { credentials: { username: "x", password: api.bareToken(ctx.token) } }));
  let secrets: api.Secrets = { all: found.secrets };
  const values = ctx.variables(found.secrets.map(({ name }) => name));
  const names = Object.keys(values).join(", ");
  if (names !== "") yield task("update", `secrets ${names}`, async () => (secrets = await api.setSecrets(ctx, values)));
  for (const { region, was } of places) {
    if (volume.id === "new") yield task("create", `volume in ${region}`, async () => (volume.id = await api.createVolume(ctx, region)));
    yield task("id" in was ? "update" : "create", `machine in ${region}`, async () => {
      const target = { image: `${repository}@${images[0]?.manifestDigest}`, primary: places[0]?.region ?? region, volume: volume.id };
      const config = configOf(ctx, target, secrets, "id" in was ? was.config : undefined);
      await replace(ctx, { was, config, secretsVersion: secrets.version }, done);
    });
  }
  const settle = () => (done.some(({ before }) => before) ? { undo: () => undo(ctx, done) } : {});
  yield task("confirm", url, () => ctx.confirm(url, settle()));
  for (const machine of extra) yield task("remove", `machine in ${machine.region}`, () => api.removeMachine(ctx, machine));
}
