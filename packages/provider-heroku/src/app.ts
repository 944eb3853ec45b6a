import { PublishError, siteMark, type HostContext } from "@datasette-publish/core";
import { configVarsOf, findApp, generationOf } from "./api/apps.ts";
import { hasNeverRun } from "./api/former.ts";
import type { App, TeamApp } from "./api/types.ts";

/** Whether this tool published to an app. */
export const isOurs = async (ctx: HostContext, app: string): Promise<boolean> => siteMark in (await configVarsOf(ctx, app));

/** Whether an app runs images, or will with its next release. */
export const isContainer = ({ stack, build_stack: next }: App | TeamApp): boolean => [stack.name, next.name].includes("container");

/** The app that a publish goes to; null when it is to be made. @throws PublishError `NAME_TAKEN`, `APP_UNSUITABLE` */
export async function usableApp(ctx: HostContext): Promise<App | null> {
  const app = await findApp(ctx);
  const [problem, hint] = app === null ? [] : await problemOf(app, ctx);
  if (problem && hint) throw new PublishError("APP_UNSUITABLE", `App ${ctx.name} is ${problem}.`, hint, { app: ctx.name });
  return app;
}

/** What is wrong, and what to do. Apps on the stack `cnb` are of the Fir generation. What runs, or ran, is replaced only by consent. */
async function problemOf(app: App, ctx: HostContext): Promise<readonly string[]> {
  if (generationOf(app) === "fir" || app.build_stack.name === "cnb")
    return [
      "of the Fir generation, which runs only what Heroku built",
      "Give another name with --app; new apps are of the Cedar generation.",
    ];
  if (app.maintenance) return ["in maintenance mode", `End that at https://dashboard.heroku.com/apps/${app.name}/settings.`];
  if (ctx.options["setStack"] === true) return [];
  if (isContainer(app) && ((await isOurs(ctx, app.name)) || (await hasNeverRun(ctx)))) return [];
  return [`on stack ${app.stack.name} and not of this tool`, "Add --set-stack to replace what it runs, or give another name with --app."];
}
