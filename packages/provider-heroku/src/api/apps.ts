import { PublishError, isPublishError, type HostContext } from "@datasette-publish/core";
import { apiOf, appApi } from "./client.ts";
import type { App, TeamApp } from "./types.ts";

/** The app of the site's name, or null. @throws PublishError `NAME_TAKEN` */
export async function findApp(ctx: HostContext): Promise<App | null> {
  const find = appApi(ctx)("GET /apps/{app}", { allow: [404] });
  const { status, body } = await find.catch((error: unknown) => {
    throw isForbidden(error) ? nameTaken(ctx.name) : error;
  });
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

/** Heroku answers 403 for other reasons as well, such as a missing second factor (`two_factor`). */
function isForbidden(error: unknown): boolean {
  return isPublishError(error) && error.facts["status"] === 403 && error.facts["id"] === "forbidden";
}

function nameTaken(name: string): PublishError {
  const hint = `Give another name, such as --app ${name.slice(0, 28)}-2.`;
  return new PublishError("NAME_TAKEN", `App ${name} is somebody else's.`, hint, { name });
}

/** An app's config vars; none for an app that is not there, or that the user may not look into. */
export async function configVarsOf(ctx: HostContext, app: string): Promise<Readonly<Record<string, string>>> {
  try {
    const { status, body } = await apiOf(ctx)("GET /apps/{app}/config-vars", { app }, { allow: [404] });
    return status === 200 ? (body as Record<string, string>) : {};
  } catch (error) {
    if (isForbidden(error)) return {};
    throw error;
  }
}

/** Changes those config vars, in one release. */
export async function setConfigVars(ctx: HostContext, body: Readonly<Record<string, string>>): Promise<void> {
  await appApi(ctx)("PATCH /apps/{app}/config-vars", { body, idempotent: true });
}

/** Sets the stack of the next release: `container` has it run an image. */
export async function setBuildStack(ctx: HostContext, stack: string): Promise<void> {
  await appApi(ctx)("PATCH /apps/{app}", { body: { build_stack: stack }, idempotent: true });
}

/** Name of an app's generation: version 3 of the API answers with an object, version 3.sdk with the name. */
export function generationOf({ generation }: App): string | undefined {
  return typeof generation === "string" ? generation : generation?.name;
}
