import { hash } from "node:crypto";
import { siteMark, type Image, type ProviderContext, type Rollout, type Task } from "@datasette-publish/core";
import * as api from "./api/index.ts";
import { configOf } from "./machines.ts";
import { placesOf } from "./places.ts";

/** How a publish goes. */
export async function rollout(ctx: ProviderContext, images: readonly Image[]): Promise<Rollout> {
  const found = await api.readApp(ctx);
  return {
    serving: api.servingOf(found.machines),
    tasks: tasksOf(ctx, found, images),
    url: () => api.urlOf(ctx),
    afterwards: placesOf(ctx, found).extra.map((machine) => api.removalTask(ctx, machine)),
    facts: () => ({ app: ctx.name, release: images[0]?.manifestDigest ?? null }),
  };
}

/** What is done until the site is confirmed, in order. */
function* tasksOf(ctx: ProviderContext, found: api.Found, images: readonly Image[]): Generator<Task> {
  const { places, volume } = placesOf(ctx, found);
  if (!found.app) yield { verb: "create", target: `app ${ctx.name}`, run: () => api.createApp(ctx) };
  for (const type of api.missingAddresses(found))
    yield { verb: "create", target: `address ${type}`, run: () => api.assignAddress(ctx, type) };
  const repository = api.repositoryOf(ctx);
  const tag = `${repository}:deployment-${hash("sha256", JSON.stringify({ ...ctx.site, dataset: null })).slice(0, 12)}`;
  const credentials = { username: "x", password: api.bareToken(ctx.token) };
  yield { verb: "push", target: tag, run: () => ctx.deliver.push(images, tag, { credentials }) };
  let secrets: api.Secrets = { all: found.secrets, since: {} };
  const mark = api.isMarked(found) ? {} : { [siteMark]: ctx.siteName };
  const values = { ...ctx.variables(found.secrets.map(({ name }) => name)), ...mark };
  const names = Object.keys(values).join(", ");
  if (names !== "") yield { verb: "update", target: `secrets ${names}`, run: async () => (secrets = await api.setSecrets(ctx, values)) };
  for (const { region, was } of places) {
    const createVolume = async () => (volume.id = await api.createVolume(ctx, region));
    if (volume.id === "new") yield { verb: "create", target: `volume in ${region}`, run: createVolume };
    yield api.machineTask(ctx, region, was, () => {
      const target = { image: `${repository}@${images[0]?.manifestDigest}`, primary: places[0]?.region ?? region, volume: volume.id };
      return { config: configOf(ctx, target, secrets, was?.config), ...secrets.since };
    });
  }
}
