import { PublishError, isPublishError, type HostContext } from "@datasette-publish/core";
import { apiOf, appApi } from "./client.ts";
import type { App, ConfigVars, TeamApp } from "./types.ts";

/** The app of the site's name, or null. @throws PublishError `NAME_TAKEN` */
export async function findApp(ctx: HostContext): Promise<App | null> {
  const { status, body } = await appApi(ctx)("GET /apps/{app}", { allow: [403, 404] });
  if (status === 403) throw nameTaken(ctx.name);
  return status === 404 ? null : body;
}

/** A new app of the site's name on the container stack. @throws PublishError `NAME_TAKEN`, and what `exchange` throws */
export async function createApp(ctx: HostContext): Promise<App | TeamApp> {
  const { team, region } = ctx.options as Partial<Record<string, string>>;
  const body = { name: ctx.name, stack: "container", ...(region && { region }) };
  const call = apiOf(ctx);
  try {
    const made = team ? await call("POST /teams/apps", {}, { body: { ...body, team } }) : await call("POST /apps", {}, { body });
    return made.body;
  } catch (error) {
    const { status, detail } = isPublishError(error) ? error.facts : {};
    throw status === 422 && /\btaken\b/.test(String(detail)) ? nameTaken(ctx.name) : error;
  }
}

function nameTaken(name: string): PublishError {
  const hint = `Give another name, such as --app ${name.slice(0, 28)}-2.`;
  return new PublishError("NAME_TAKEN", `App ${name} is somebody else's.`, hint, { name });
}

/** An app's config vars; none for an app that is not there, or that the user may not look into. */
export async function configVarsOf(ctx: HostContext, app: string): Promise<ConfigVars> {
  const { status, body } = await apiOf(ctx)("GET /apps/{app}/config-vars", { app }, { allow: [403, 404] });
  return status === 200 ? body : {};
}

/** Changes those config vars, in one release. */
export async function setConfigVars(ctx: HostContext, body: Readonly<Record<string, string>>): Promise<void> {
  await appApi(ctx)("PATCH /apps/{app}/config-vars", { body, idempotent: true });
}

/** Has the next release run an image. */
export async function setContainerStack(ctx: HostContext): Promise<void> {
  await appApi(ctx)("PATCH /apps/{app}", { body: { build_stack: "container" }, idempotent: true });
}
