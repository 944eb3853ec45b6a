import { siteMark, type Image, type ProviderContext, type Rollout, type Task } from "@datasette-publish/core";
import { createApp, releaseImage, scaleWeb, setConfigVars, setStack } from "./api/apps.ts";
import { buildImage, undoBuild } from "./api/builds.ts";
import { repositoryOf } from "./api/client.ts";
import { watchRelease } from "./api/dynos.ts";
import { finishNewest, finishRelease } from "./api/releases.ts";
import type { Release } from "./api/types.ts";
import { WayBack } from "./api/way-back.ts";
import { isContainer, suitable } from "./suitability.ts";

/** Every task looks at what is there, so that a run finishes what one before it left. Config vars come before the release that needs them. */
export async function rollout(ctx: ProviderContext, images: readonly Image[]): Promise<Rollout> {
  const { app, vars, newest, current, web, size: former, hasRun } = await suitable(ctx);
  const isServing = web !== undefined && web.quantity > 0;
  const size = String(ctx.options["dynoSize"] ?? former ?? "basic").toLowerCase();
  const isScaled = isServing && web.size.toLowerCase() === size;
  const wanted = { ...ctx.variables(Object.keys(vars)), [siteMark]: ctx.siteName };
  const missing = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => vars[name] !== value));
  const way = new WayBack(hasRun ? current : undefined, newest);
  const isRemote = ctx.options["build"] === "remote";
  const of = (what: string): string => `${what} of ${ctx.name}`;
  const [{ configDigest } = { configDigest: null }] = images;
  let url = app?.web_url ?? null;
  let release: Release | undefined;

  function* tasks(): Generator<Task> {
    if (newest?.status === "pending")
      yield { verb: "wait", target: of(`for release v${newest.version}`), run: () => finishRelease(ctx, newest, { mayFail: true }) };
    if (app === null) yield { verb: "create", target: `app ${ctx.name}`, run: async () => (url = (await createApp(ctx)).web_url) };
    else if (!isContainer(app)) {
      const undo: Task["undo"] = async (host) => (way.isClosed ? null : setStack(host, app.build_stack.name));
      yield { verb: "update", target: of("stack"), run: () => setStack(ctx, "container"), undo };
    }
    if (Object.keys(missing).length > 0) {
      const run = () => setConfigVars(ctx, missing);
      yield { verb: "update", target: of("config vars"), run, undo: (host) => way.go(host) };
    }
    if (isRemote) {
      const run: Task["run"] = (unchanged) => Promise.all(images.map((image) => buildImage(image, ctx, unchanged)));
      yield { verb: "create", target: of("build"), run, undo: (host) => undoBuild(images, host, way) };
    } else {
      const credentials = { username: "_", password: ctx.token };
      const target = repositoryOf(ctx);
      yield { verb: "push", target, run: () => ctx.deliver.push(images, target, { manifest: "docker", credentials }) };
    }
    yield {
      verb: isServing ? "replace" : "run",
      target: of("web dyno"),
      async run(unchanged) {
        if (!isRemote) await Promise.all(images.map((image) => releaseImage(ctx, image)));
        release = await finishNewest(ctx, newest);
        if (!isScaled) await scaleWeb(ctx, Math.max(web?.quantity ?? 0, 1), size);
        else if (release?.id === newest?.id) unchanged();
      },
      undo: (host) => way.go(host).finally(() => (isScaled ? undefined : scaleWeb(host, web?.quantity ?? 0, web?.size))),
    };
  }

  return {
    existed: hasRun,
    get serving() {
      return isServing ? way.title : null;
    },
    tasks: tasks(),
    url: () => url,
    facts: () => ({ app: ctx.name, configDigest, dynoSize: size, release: release ? `v${release.version}` : null }),
    ...watchRelease(ctx, () => release),
  };
}
