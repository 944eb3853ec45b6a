import type { HostContext, Remedies } from "@datasette-publish/core/provider";
import { anotherName, siteMark, survey, type Survey } from "./api/apps.ts";
import type { App } from "./api/types.ts";
import type { Options } from "./options.ts";

/** Whether an app runs images, or will with its next release. */
export const isContainer = ({ stack, build_stack: next }: App): boolean => [stack.name, next.name].includes("container");

/** What is there, to be published to, or no app yet. @throws PublishError `NAME_TAKEN`, `APP_UNSUITABLE` */
export async function suitable(ctx: HostContext<Options>): Promise<Survey> {
  const found = await survey(ctx);
  const [problem, remedies] = (found.app && problemOf(found.app, found, ctx)) ?? [];
  if (problem && remedies) throw ctx.error("APP_UNSUITABLE", `App ${ctx.name} is ${problem}.`, remedies, { app: ctx.name });
  return found;
}

/**
 * What is wrong, and what to do. What runs, or ran, is replaced only by consent. Apps on the stack `cnb` are of the Fir generation;
 * version 3.sdk of the API says a generation by its name alone.
 */
function problemOf(app: App, { vars, hasRun }: Survey, { options }: HostContext<Options>): readonly [string, Remedies] | null {
  if ((typeof app.generation === "string" ? app.generation : app.generation?.name) === "fir" || app.build_stack.name === "cnb")
    return ["of the Fir generation, which runs only what Heroku built; new apps are of the Cedar generation", anotherName];
  const page = `https://dashboard.heroku.com/apps/${app.name}/settings`;
  if (app.maintenance) return ["in maintenance mode", { action: "open-page", url: page, note: "to end that" }];
  if (options.setStack || (isContainer(app) && (siteMark in vars || !hasRun))) return null;
  const consent = { action: "set-option", option: "setStack", value: true, note: "to replace what it runs" } as const;
  return [`on stack ${app.stack.name} and not of this tool`, [consent, anotherName]];
}

/** An app that is there stays where it is. @throws PublishError `OPTION_INVALID` */
export function requireSamePlace(ctx: HostContext<Options>, app: App): void {
  for (const option of ["region", "team"] as const) {
    const [wanted, is] = [ctx.options[option], app[option]?.name ?? null];
    if (wanted === undefined || is === wanted) continue;
    const message = `App ${ctx.name} keeps its ${option}, ${is ?? "none"}.`;
    throw ctx.error("OPTION_INVALID", message, [{ action: "remove-option", option }, anotherName], { option, is });
  }
}
