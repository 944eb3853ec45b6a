import type { Provider } from "@datasette-publish/core/provider";
import { platforms, pushesTo, readAims, staysLocal } from "./aims.ts";
import { checkOptions } from "./check-options.ts";
import { list, logs, rollback, status, unpublish } from "./manage.ts";
import { options, type Options } from "./options.ts";
import { requirePort } from "./port.ts";
import { rollout } from "./rollout.ts";

/** Docker: load into an engine, run in it, or write and push images with no engine at all. */
export const docker: Provider<Options> = {
  interface: 1,
  name: "docker",
  title: "Docker",
  description: "An image in a Docker engine, an archive, an OCI layout or a registry",
  options,
  accepts: { images: { platforms: ["linux/amd64", "linux/arm64"] } },
  platforms,
  staysLocal,
  pushesTo,
  tellsSource: true,
  replaces: ({ options: { run } }) => run,
  async check(ctx) {
    await checkOptions(ctx);
    const { archive, layout, engine, runPort } = await readAims(ctx);
    await ctx.deliver.check({ archive, layout });
    if (engine !== undefined && runPort !== undefined) await requirePort(ctx, engine, runPort);
  },
  rollout,
  status,
  logs,
  rollback,
  unpublish,
  list,
};
