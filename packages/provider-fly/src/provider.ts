import { providerInterface, type Provider } from "@datasette-publish/core";
import * as api from "./api/index.ts";
import { options } from "./options.ts";
import { check, plan, publish, urlOf } from "./publish.ts";

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
  plan,
  publish,
  async status(ctx) {
    const found = await api.readApp(ctx);
    if (!api.isPublished(found)) return null;
    const { machines } = found;
    const facts = { regions: machines.map(({ region }) => region).join(", ") };
    return {
      name: ctx.name,
      ...api.siteOf(found),
      url: urlOf(ctx),
      state: api.stateOf(machines),
      releases: api.releasesOf(machines),
      facts,
    };
  },
  async rollback(ctx, release) {
    const { machines } = await api.readApp(ctx);
    api.requireReachable(machines);
    const changes = api.changesOf(machines);
    await api.restoring(ctx, changes, async () => {
      for (const was of machines) await api.replaceMachine(ctx, { was, config: api.withImage(was.config, release.description) }, changes);
    });
    return { ...release, current: true };
  },
  unpublish: (ctx) => api.removeApp(ctx),
  list: async (ctx) => (await api.readOurApps(ctx, String(ctx.options["org"]))).map((name) => ({ name, url: urlOf({ ...ctx, name }) })),
};
