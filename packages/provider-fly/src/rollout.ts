import { hash } from "node:crypto";
import type { PublishContext, Rollout, Task, Work } from "@datasette-publish/core/provider";
import * as api from "./api/index.ts";
import { configOf } from "./machines.ts";
import type { Options } from "./options.ts";
import { placesOf } from "./places.ts";

type Context = PublishContext<Options>;

const creation = <R>(target: string, run: () => Promise<R>): Task<R> => ({ verb: "create", target, run });

/**
 * How a publish goes. While there is no machine, the secrets come first: by their mark an app is known as ours that a failed push leaves.
 * Else they come after the push, as a machine that Fly.io starts anew meanwhile might take them.
 */
export async function rollout(ctx: Context): Promise<Rollout> {
  const found = await api.readApp(ctx);
  const app = found.app ? [] : [creation(`app ${ctx.name}`, () => api.createApp(ctx))];
  const addresses = api.missingAddresses(found).map((type) => creation(`address ${type}`, () => api.assignAddress(ctx, type)));
  const secrets = secretTasks(ctx, found);
  const [early, late] = found.machines.length === 0 ? [secrets, []] : [[], secrets];
  return {
    tasks: [...app, ...early, ...addresses, pushTask(ctx, found), ...late, ...machineTasks(ctx, found, secrets)],
    afterwards: placesOf(ctx, found).extra.map((machine) => api.removalTask(ctx, machine)),
    url: () => api.urlOf(ctx),
    result: ({ images: [image] }) => ({ facts: { app: ctx.name, release: image.manifestDigest } }),
  };
}

/** Sets what was given and what is missing, when there is any. */
function secretTasks(ctx: Context, { secrets }: api.Found): readonly Task<api.Secrets>[] {
  const existing = secrets.map(({ name }) => name);
  const values = { ...ctx.variables(existing), ...(existing.includes(api.siteMark) ? {} : { [api.siteMark]: ctx.siteName }) };
  const names = Object.keys(values).join(", ");
  return names === "" ? [] : [{ verb: "update", target: `secrets ${names}`, run: () => api.setSecrets(ctx, values) }];
}

/** The tag is a digest of what is served, so that a plan names it too; databases count by their hashes in the inspect data. */
function pushTask(ctx: Context, { app }: api.Found): Task {
  const tag = `${api.repositoryOf(ctx)}:deployment-${hash("sha256", JSON.stringify({ ...ctx.site.serve, databases: [] })).slice(0, 12)}`;
  const options = { credentials: { username: "x", password: api.bareToken(ctx.token) }, isNew: !app };
  return { verb: "push", target: tag, ownSteps: true, run: ({ images }) => ctx.deliver.push(images, tag, options) };
}

/** A volume, when one is to be made, and a machine in each region. */
function machineTasks(ctx: Context, found: api.Found, [setting]: readonly Task<api.Secrets>[]): readonly Task[] {
  const { primary, places, volume, newGb } = placesOf(ctx, found);
  const volumes = newGb === undefined ? [] : [creation(`volume in ${primary}`, () => api.createVolume(ctx, primary, newGb))];
  const [making] = volumes;
  const request = ({ images: [image], resultOf }: Work, former?: api.MachineConfig) => {
    const secrets = setting ? resultOf(setting) : { all: found.secrets, since: {} };
    const target = { image: `${api.repositoryOf(ctx)}@${image.manifestDigest}`, primary, volume: making ? resultOf(making) : volume?.id };
    return { config: configOf(ctx, target, secrets, former), ...secrets.since };
  };
  return [...volumes, ...places.map(({ region, was }) => api.machineTask(ctx, region, was, (work) => request(work, was?.config)))];
}
