import { PublishError, siteMark, type Deployment, type Image, type PlanAction, type ProviderContext } from "@datasette-publish/core";
import { configVarsOf, createApp, setBuildStack, setConfigVars } from "./api/apps.ts";
import { buildImage } from "./api/builds.ts";
import { repositoryOf } from "./api/client.ts";
import { confirmRelease } from "./api/confirm.ts";
import { releaseWeb, scaleWeb } from "./api/formation.ts";
import { readFormer } from "./api/former.ts";
import { awaitEnd, finishNewest } from "./api/releases.ts";
import { isContainer, usableApp } from "./app.ts";

/** What is at Heroku, and the config vars that it does not have, or has otherwise. */
async function survey(ctx: ProviderContext) {
  const app = await usableApp(ctx);
  const existing = await configVarsOf(ctx, ctx.name);
  const wanted = { ...ctx.variables(Object.keys(existing)), [siteMark]: ctx.siteName };
  const missing = Object.fromEntries(Object.entries(wanted).filter(([name, value]) => existing[name] !== value));
  return { app, missing, former: await readFormer(ctx, app) };
}

export async function plan(ctx: ProviderContext): Promise<readonly PlanAction[]> {
  const { app, missing, former } = await survey(ctx);
  const target = (what: string): string => `${what} of ${ctx.name}`;
  const actions: PlanAction[] = [];
  if (app === null) actions.push({ verb: "create", target: `app ${ctx.name}` });
  else if (!isContainer(app)) actions.push({ verb: "update", target: target("stack") });
  if (Object.keys(missing).length > 0) actions.push({ verb: "update", target: target("config vars") });
  actions.push(
    ctx.options["build"] === "remote" ? { verb: "create", target: target("build") } : { verb: "push", target: repositoryOf(ctx) },
  );
  return [...actions, { verb: former.isServing ? "replace" : "run", target: target("web dyno") }];
}

/** Every step looks at what is there, so that a run finishes what one before it left. Config vars come before the release that needs them. */
export async function publish([image]: readonly Image[], ctx: ProviderContext): Promise<Deployment> {
  if (image === undefined) throw new PublishError("INTERNAL", "There is no image to publish.", "Report this as a bug.");
  const { app: found, missing, former } = await survey(ctx);
  const { newest } = former;
  if (newest?.status === "pending") await ctx.step("heroku.pending", `Wait for release v${newest.version}`, () => awaitEnd(ctx, newest));
  const app = found ?? (await ctx.step("heroku.app", `Create app ${ctx.name}`, () => createApp(ctx)));
  if (!isContainer(app)) await ctx.step("heroku.stack", "Change the stack to container", () => setBuildStack(ctx, "container"));
  const isComplete = Object.keys(missing).length === 0;
  if (!isComplete) await ctx.step("heroku.config", `Set config vars of ${ctx.name}`, () => setConfigVars(ctx, missing));
  const isRemote = ctx.options["build"] === "remote";
  if (isRemote) await ctx.step("heroku.build", `Build ${ctx.name} at Heroku`, () => buildImage(image, ctx));
  else await ctx.deliver.push([image], repositoryOf(ctx), { manifest: "docker", credentials: { username: "_", password: ctx.token } });
  const release = await ctx.step("heroku.release", `Release ${ctx.name}`, async () => {
    if (!isRemote) await releaseWeb(ctx, image.configDigest);
    return finishNewest(ctx, newest);
  });
  const size = (ctx.options["dynoSize"] as string | undefined) ?? (former.web ? undefined : "basic");
  const dynoSize = await ctx.step("heroku.dyno", `Run ${ctx.name}`, () => scaleWeb(ctx, size));
  if (app.web_url !== null && release !== undefined) await confirmRelease(ctx, app.web_url, release, former);
  const next = ["open", "logs", "unpublish"].map((verb) => `publish ${verb} heroku --app ${app.name}`);
  const facts = { app: app.name, release: release?.version ?? null, configDigest: image.configDigest, dynoSize };
  return { provider: "heroku", id: app.name, url: app.web_url, next, facts };
}
