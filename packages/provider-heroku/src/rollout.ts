import type { PublishContext, Rollout } from "@datasette-publish/core/provider";
import { watchRelease } from "./api/dynos.ts";
import { buildTask, createTask, dynoTask, pushTask, stackTask, varTasks, waitTask } from "./api/tasks.ts";
import { WayBack } from "./api/way-back.ts";
import type { Options } from "./options.ts";
import { isContainer, suitable } from "./suitability.ts";

/** Every task looks at what is there, so that a run finishes what one before it left. Config vars come before the release that needs them. */
export async function rollout(ctx: PublishContext<Options>): Promise<Rollout> {
  const found = await suitable(ctx);
  const { app, newest, hasRun } = found;
  const way = new WayBack(found);
  const size = ctx.options.dynoSize ?? (found.size ?? "basic").toLowerCase();
  const create = createTask(ctx);
  const serve = dynoTask(ctx, found, size, way);
  const watch = watchRelease(ctx);
  return {
    tasks: [
      ...(newest?.status === "pending" ? [waitTask(ctx, newest)] : []),
      ...(app === null ? [create] : isContainer(app) ? [] : [stackTask(ctx, app, way)]),
      ...varTasks(ctx, found, way),
      ctx.options.build === "remote" ? buildTask(ctx, way) : pushTask(ctx),
      serve,
    ],
    resumes: !hasRun,
    url: (made) => (app ?? made.resultOf(create)).web_url,
    ready: (made) => watch.ready(made.resultOf(serve)),
    gone: (made) => watch.gone(made.resultOf(serve)),
    result(made) {
      const [{ configDigest }] = made.images;
      const release = made.resultOf(serve);
      return { facts: { app: ctx.name, configDigest, dynoSize: size, release: release ? `v${release.version}` : null } };
    },
  };
}
