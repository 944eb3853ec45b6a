import { providerInterface, type Provider } from "@datasette-publish/core";
import * as api from "./api/index.ts";
import { replace, type Change } from "./machines.ts";
import { options } from "./options.ts";
import { check, tasksOf, urlOf } from "./publish.ts";

/** Fly.io: an app with one machine in each region. */
export const fly: Provider = {
  interface: providerInterface,
  name: "fly",
  title: "Fly.io",
  description: "An app at Fly.io with a machine in each region, which sleeps while nobody visits",
  options,
  accepts: { platforms: ["amd64"], compressions: ["gzip"], maxBytes: 8 * 1024 ** 3 },
  names: { option: "app", pattern: /^[a-z0-9]+(-+[a-z0-9]+)*$/, maxLength: 63 },
  login: { env: "FLY_API_TOKEN", url: "https://fly.io/user/personal_access_tokens", find: api.findToken, account: api.readAccount },
  recipe({ options: { createVolume, createDb = [], crossdb } }) {
    const databases = [createDb].flat().map((name) => `/volume/${String(name).replace(/(\.db)?$/, ".db")}`);
    const more = [...databases, ...(databases.length > 0 ? ["--create"] : []), ...(crossdb === true ? ["--crossdb"] : [])];
    return { settings: { force_https_urls: "on" }, arguments: more, ...(createVolume === undefined ? {} : { user: "0:0" }) };
  },
  check,
  async plan(ctx) {
    const tasks = [...tasksOf(ctx, await api.readApp(ctx), [])];
    return tasks.flatMap(({ verb, target }) => (verb === "confirm" ? [] : [{ verb, target }]));
  },
  async publish(images, ctx) {
    for (const { verb, target, run } of tasksOf(ctx, await api.readApp(ctx), images))
      await (/push|confirm/.test(verb) ? run() : ctx.step(`fly.${target.split(" ")[0]}`, `Fly.io: ${verb} ${target}`, run));
    const facts = { app: ctx.name, release: images[0]?.manifestDigest ?? null };
    const next = ["open", "status", "unpublish"].map((verb) => `publish ${verb} fly --app ${ctx.name}`);
    return { provider: "fly", id: ctx.name, url: urlOf(ctx), next, facts };
  },
  async status(ctx) {
    const found = await api.readApp(ctx);
    const [releases, regions] = [api.releasesOf(found.machines), found.machines.map(({ region }) => region).join(", ")];
    if (!api.isPublished(found)) return null;
    return { name: ctx.name, url: urlOf(ctx), state: api.stateOf(found.machines), releases, facts: { regions } };
  },
  async rollback(ctx, release) {
    const [image, done, { machines }] = [release.description, [] as Change[], await api.readApp(ctx)];
    api.requireReachable(machines);
    for (const was of machines) {
      const previous = was.config?.image ?? image;
      const metadata = { ...was.config?.metadata, release: api.digestOf(image), previous, made: image };
      await replace(ctx, { was, config: { ...was.config, image, metadata } }, done);
    }
    return { ...release, current: true };
  },
  unpublish: (ctx) => api.removeApp(ctx),
  list: async (ctx) => (await api.readOurApps(ctx, String(ctx.options["org"]))).map((name) => ({ name, url: urlOf({ ...ctx, name }) })),
};
