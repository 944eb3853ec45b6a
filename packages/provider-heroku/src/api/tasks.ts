import type { PublishContext, Task } from "@datasette-publish/core/provider";
import type { Options } from "../options.ts";
import { createApp, releaseImage, scaleWeb, setConfigVars, setStack, siteMark, type Survey } from "./apps.ts";
import { buildImage, undoBuild } from "./builds.ts";
import { repositoryOf } from "./client.ts";
import { finishNewest, finishRelease } from "./releases.ts";
import type { App, Release } from "./types.ts";
import type { WayBack } from "./way-back.ts";

type Context = PublishContext<Options>;

/** Waits for a release that somebody, or an earlier run, has begun. */
export function waitTask(ctx: Context, release: Release): Task {
  const target = `for release v${release.version} of ${ctx.name}`;
  return { verb: "wait", target, run: () => finishRelease(ctx, release, { mayFail: true }) };
}

/** Makes the app. */
export function createTask(ctx: Context): Task<Pick<App, "web_url">> {
  return { verb: "create", target: `app ${ctx.name}`, run: () => createApp(ctx) };
}

/** Has an app of another stack run images. */
export function stackTask(ctx: Context, { build_stack: { name } }: App, way: WayBack): Task {
  const undo: Task["undo"] = async (host) => (way.isClosed ? undefined : setStack(host, name));
  return { verb: "update", target: `stack of ${ctx.name}`, run: () => setStack(ctx, "container"), undo };
}

/** Sets the config vars that the app lacks, if any. */
export function varTasks(ctx: Context, { vars }: Survey, way: WayBack): readonly Task[] {
  const wanted = Object.entries({ ...ctx.variables(Object.keys(vars)), [siteMark]: ctx.siteName });
  const missing = Object.fromEntries(wanted.filter(([name, value]) => vars[name] !== value));
  if (Object.keys(missing).length === 0) return [];
  const run = () => setConfigVars(ctx, missing);
  return [{ verb: "update", target: `config vars of ${ctx.name}`, run, undo: (host) => way.go(host) }];
}

/** Has Heroku build the image, and release it. */
export function buildTask(ctx: Context, way: WayBack): Task {
  return {
    verb: "create",
    target: `build of ${ctx.name}`,
    run: ({ images: [image], unchanged }) => buildImage(image, ctx, unchanged),
    undo: (host, { images: [image] }) => undoBuild(image, host, way),
  };
}

/** Sends the image to Heroku's registry, which changes no app. */
export function pushTask(ctx: Context): Task {
  const target = repositoryOf(ctx);
  const credentials = { username: "_", password: ctx.token };
  return {
    verb: "push",
    target,
    ownSteps: true,
    run: ({ images }) => ctx.deliver.push(images, target, { manifest: "docker", credentials }),
  };
}

/** Has web dynos run the image, which Heroku has released when it has built it. Undone, as many run as before. */
export function dynoTask(ctx: Context, { newest, web, isServing }: Survey, size: string, way: WayBack): Task<Release | undefined> {
  const isScaled = isServing && web?.size.toLowerCase() === size;
  return {
    verb: isServing ? "replace" : "run",
    target: `web dyno of ${ctx.name}`,
    async run({ images: [image], unchanged }) {
      if (ctx.options.build === "image") await releaseImage(ctx, image);
      const release = await finishNewest(ctx, newest);
      if (!isScaled) await scaleWeb(ctx, Math.max(web?.quantity ?? 0, 1), size);
      else if (release?.id === newest?.id) unchanged();
      return release;
    },
    undo: (host) => way.go(host).finally(() => (isScaled ? undefined : scaleWeb(host, web?.quantity ?? 0, web?.size))),
  };
}
