import type { AccountContext, HostContext, Image, Remedy, SiteMark } from "@datasette-publish/core/provider";
import type { Options } from "../options.ts";
import { api } from "./client.ts";
import { listReleases } from "./releases.ts";
import type { App, Formation, Release, TeamApp } from "./types.ts";

/** Config var by which this tool knows its own apps. */
export const siteMark: SiteMark = "DATASETTE_PUBLISH_SITE";

/** What to do about an app that cannot be published to. */
export const anotherName: Remedy = { action: "set-option", option: "app", note: "to choose another name" };

/** What is at Heroku under the site's name. */
export interface Survey {
  /** Null: nothing is. */
  readonly app: App | null;
  readonly vars: Readonly<Record<string, string>>;
  readonly newest?: Release | undefined;
  /** The release that runs. */
  readonly current?: Release | undefined;
  /** The web process, also without a dyno. */
  readonly web?: Formation | undefined;
  /** Of the web dynos, else of others: Heroku does not let eco, basic and larger ones stand side by side. */
  readonly size?: string | undefined;
  /** Whether web dynos are to run. */
  readonly isServing: boolean;
  readonly hasRun: boolean;
}

/** Looks at the site's app. @throws PublishError `NAME_TAKEN` */
export async function survey(ctx: HostContext): Promise<Survey> {
  const app = await api(ctx)("GET /apps/{app}", {}, { allow: [404] });
  if (app === null) return { app: null, vars: {}, isServing: false, hasRun: false };
  const reads = [configVarsOf(ctx, ctx.name), listReleases(ctx), api(ctx)("GET /apps/{app}/formation")] as const;
  const [vars, releases, formation] = await Promise.all(reads);
  const current = releases.find((release) => release.current);
  const web = formation.find(({ type }) => type === "web");
  const size = (web ?? formation[0])?.size;
  const isServing = web !== undefined && web.quantity > 0;
  return { app, vars, newest: releases[0], current, web, size, isServing, hasRun: hasRun(formation, releases) };
}

/** False: the app was just created, perhaps by a run that broke off. */
export function hasRun(formation: readonly Formation[], releases: readonly Release[]): boolean {
  return formation.length > 0 || releases.some(({ slug }) => slug);
}

/** Names of the regions that are not for private spaces only, or of the account's teams. */
export async function placesFor(ctx: AccountContext, which: "regions" | "teams"): Promise<readonly string[]> {
  const places: readonly { name: string; private_capable?: boolean }[] = await api(ctx)(`GET /${which}`);
  return places
    .filter(({ private_capable: isPrivate }) => !isPrivate)
    .map(({ name }) => name)
    .sort();
}

/** An app's config vars; none when it is not there or not the user's to look into. What is secret in them is not shown from then on. */
export async function configVarsOf(ctx: AccountContext, app: string): Promise<Readonly<Record<string, string>>> {
  const read = await api(ctx)("GET /apps/{app}/config-vars", { app }, { allow: [404] }).catch((error: unknown) => {
    if (ctx.isError(error) && error.facts["id"] === "forbidden") return null;
    throw error;
  });
  const vars = (read ?? {}) as Record<string, string>;
  ctx.hideVariables(vars);
  return vars;
}

/** Sets config vars, all in one release. */
export async function setConfigVars(ctx: HostContext, vars: Readonly<Record<string, string>>): Promise<void> {
  await api(ctx)("PATCH /apps/{app}/config-vars", {}, { body: vars, idempotent: true });
}

/** A new app of the site's name on the container stack. @throws PublishError `NAME_TAKEN` */
export async function createApp(ctx: HostContext<Options>): Promise<App | TeamApp> {
  const { team, region } = ctx.options;
  const body = { name: ctx.name, stack: "container", ...(region && { region }) };
  const call = api(ctx);
  return team ? await call("POST /teams/apps", {}, { body: { ...body, team } }) : await call("POST /apps", {}, { body });
}

/** Sets the stack of the next release: `container` has it run an image. */
export async function setStack(ctx: HostContext, stack: string): Promise<void> {
  await api(ctx)("PATCH /apps/{app}", {}, { body: { build_stack: stack }, idempotent: true });
}

/** The variant of the API that knows `docker_image`. */
const dockerReleases = { accept: "application/vnd.heroku+json; version=3.docker-releases" };

/** Releases a pushed image, named by its config's digest. Heroku makes no release when that is what runs. */
export async function releaseImage(ctx: HostContext, { configDigest }: Image): Promise<void> {
  const body = { updates: [{ type: "web", docker_image: configDigest }] };
  await api(ctx)("PATCH /apps/{app}/formation", {}, { body, headers: dockerReleases, idempotent: true });
}

/** Runs so many web dynos; their size stays when it is not given. */
export async function scaleWeb(ctx: HostContext, quantity: number, size?: string): Promise<void> {
  const updates = [{ type: "web", quantity, ...(size && { dyno_size: { name: size.toLowerCase() } }) }];
  await api(ctx)("PATCH /apps/{app}/formation", {}, { body: { updates }, idempotent: true });
}
