import { PublishError, openPage, removeOption, requireChoice, setOption, siteMark } from "@datasette-publish/core";
import type { HostContext, Remedies } from "@datasette-publish/core";
import { anotherName, placesFor, survey, type Survey } from "./api/apps.ts";
import type { App } from "./api/types.ts";

/** Whether an app runs images, or will with its next release. */
export const isContainer = ({ stack, build_stack: next }: App): boolean => [stack.name, next.name].includes("container");

/** What is there, to be published to, or no app yet. @throws PublishError `NAME_TAKEN`, `APP_UNSUITABLE` */
export async function suitable(ctx: HostContext): Promise<Survey> {
  const found = await survey(ctx);
  const [problem, remedies] = (found.app && problemOf(found.app, found, ctx)) ?? [];
  if (problem && remedies) throw new PublishError("APP_UNSUITABLE", `App ${ctx.name} is ${problem}.`, remedies, { app: ctx.name });
  return found;
}

/**
 * What is wrong, and what to do. What runs, or ran, is replaced only by consent. Apps on the stack `cnb` are of the Fir generation;
 * version 3.sdk of the API says a generation by its name alone.
 */
function problemOf(app: App, { vars, hasRun }: Survey, { options }: HostContext): readonly [string, Remedies] | null {
  if ((typeof app.generation === "string" ? app.generation : app.generation?.name) === "fir" || app.build_stack.name === "cnb")
    return ["of the Fir generation, which runs only what Heroku built; new apps are of the Cedar generation", anotherName];
  if (app.maintenance) return ["in maintenance mode", openPage(`https://dashboard.heroku.com/apps/${app.name}/settings`, "to end that")];
  if (options["setStack"] === true || (isContainer(app) && (siteMark in vars || !hasRun))) return null;
  return [`on stack ${app.stack.name} and not of this tool`, [setOption("setStack", true, "to replace what it runs"), anotherName]];
}

/** A new app goes where the option says; one that is there stays where it is. @throws PublishError `OPTION_INVALID` */
export async function checkPlace(ctx: HostContext, app: App | null, option: "region" | "team"): Promise<void> {
  const wanted = ctx.options[option];
  if (typeof wanted !== "string") return;
  if (app === null) return requireChoice(option, wanted, await placesFor(ctx, option));
  const is = app[option]?.name ?? null;
  if (is === wanted) return;
  const message = `App ${ctx.name} keeps its ${option}, ${is ?? "none"}.`;
  throw new PublishError("OPTION_INVALID", message, [removeOption(option), anotherName], { option, is });
}
