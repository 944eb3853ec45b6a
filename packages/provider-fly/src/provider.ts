import type { Provider } from "@datasette-publish/core/provider";
import * as api from "./api/index.ts";
import { options, type Options } from "./options.ts";
import { check } from "./places.ts";
import { rollout } from "./rollout.ts";

/** Fly.io: an app with one machine in each region. */
export const fly: Provider<Options> = {
  interface: 1,
  name: "fly",
  title: "Fly.io",
  description: "An app at Fly.io with a machine in each region, which sleeps while nobody visits",
  about: api.price,
  options,
  accepts: { images: { platforms: ["linux/amd64"], compressions: ["gzip", "zstd"], maxBytes: 8 * 1024 ** 3 } },
  names: { option: "app", pattern: /^[a-z0-9]+(-+[a-z0-9]+)*$/, maxLength: 63 },
  login: { env: "FLY_API_TOKEN", url: "https://fly.io/user/personal_access_tokens", find: api.findToken, account: api.readAccount },
  instead: { logs: ["fly", "logs", "--app", "<app>"] },
  recipe({ options: { createVolume, createDb = [] } }) {
    const writable = createDb.map((name) => `/volume/${name.replace(/(\.db)?$/, ".db")}`);
    const user = createVolume === undefined ? {} : { user: "0:0" };
    return { settings: { force_https_urls: "on" }, writable, ...user };
  },
  check,
  rollout,
  async status(ctx) {
    const found = await api.readApp(ctx);
    if (!api.isPublished(found)) return null;
    const machines = api.withoutReplaced(found.machines);
    const site = machines.map(({ config }) => config?.metadata?.["site"]).find(Boolean);
    return {
      name: ctx.name,
      ...(site && { site }),
      url: api.urlOf(ctx),
      state: api.stateOf(machines),
      releases: api.releasesOf(machines),
      facts: { regions: machines.map(({ region }) => region).join(", ") },
    };
  },
  async rollback(ctx, release, before) {
    const machines = api.withoutReplaced((await api.readApp(ctx)).machines);
    api.requireReachable(ctx, machines);
    const goBack = (was: api.Machine) =>
      api.machineTask(ctx, was.region, was, () => ({ config: api.withImage(was.config, release.description) }));
    await ctx.runTasks(machines.map(goBack), before);
    return { ...release, current: true };
  },
  unpublish: async (ctx) => void (await api.connect(ctx)("DELETE /apps/{app_name}", { force: true }, { allow: [404] })),
  list: async (ctx) => (await api.readOurApps(ctx)).map((name) => ({ name, url: api.urlOf({ ...ctx, name }) })),
};
