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
    existed: found.machines.length > 0,
    tasks: tasksOf(ctx, found, images),
    url: () => api.urlOf(ctx),
    afterwards: placesOf(ctx, found).extra.map((machine) => api.removalTask(ctx, machine)),
    facts: () => ({ app: ctx.name, release: images[0]?.manifestDigest ?? null }),
  };
}

/**
 * What is done until the site is confirmed, in order. While there is no machine, the secrets come first: by their mark an app is known
 * as ours that a failed push leaves. Else they come after the push, as a machine that Fly.io starts anew meanwhile might take them.
 * The tag is a digest of what is served, so that a plan names it too; databases count by their hashes in the inspect data.
 */
function* tasksOf(ctx: ProviderContext, found: api.Found, images: readonly Image[]): Generator<Task> {
  const { places, volume } = placesOf(ctx, found);
  const existing = found.secrets.map(({ name }) => name);
  const values = { ...ctx.variables(existing), ...(existing.includes(siteMark) ? {} : { [siteMark]: ctx.siteName }) };
  const names = Object.keys(values).join(", ");
  let secrets: api.Secrets = { all: found.secrets, since: {} };
  const setSecrets = async () => (secrets = await api.setSecrets(ctx, values));
  const secretTasks: readonly Task[] = names === "" ? [] : [{ verb: "update", target: `secrets ${names}`, run: setSecrets }];
  const repository = api.repositoryOf(ctx);
  const tag = `${repository}:deployment-${hash("sha256", JSON.stringify({ ...ctx.site.serve, databases: [] })).slice(0, 12)}`;
  const credentials = { username: "x", password: api.bareToken(ctx.token) };
  if (!found.app) yield { verb: "create", target: `app ${ctx.name}`, run: () => api.createApp(ctx) };
  if (found.machines.length === 0) yield* secretTasks;
  for (const type of api.missingAddresses(found))
    yield { verb: "create", target: `address ${type}`, run: () => api.assignAddress(ctx, type) };
  yield { verb: "push", target: tag, run: () => ctx.deliver.push(images, tag, { credentials, isNew: !found.app }) };
  if (found.machines.length > 0) yield* secretTasks;
  for (const { region, was } of places) {
    const createVolume = async () => (volume.id = await api.createVolume(ctx, region));
    if (volume.id === "new") yield { verb: "create", target: `volume in ${region}`, run: createVolume };
    yield api.machineTask(ctx, region, was, () => {
      const target = { image: `${repository}@${images[0]?.manifestDigest}`, primary: places[0]?.region ?? region, volume: volume.id };
      return { config: configOf(ctx, target, secrets, was?.config), ...secrets.since };
    });
  }
}
