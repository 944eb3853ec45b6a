import { createApi, type Api, type CallOptions, type HostContext, type ApiReply, type Parameters } from "@datasette-publish/core";
import { herokuSend } from "./transport.ts";
import type { Operations } from "./types.ts";

/** What errors call the host. */
export const host = { name: "heroku", provider: "heroku", title: "Heroku" } as const;

type Environment = HostContext["env"];

/** Heroku's domain, or a URL of its API. Heroku's own CLI reads the same variable. */
function hostOf(env: Environment): string {
  return (env["HEROKU_HOST"] || "heroku.com").replace(/\/+$/, "");
}

/** Base URL of the Platform API. */
export function apiUrl(env: Environment): string {
  return hostOf(env).startsWith("http") ? hostOf(env) : `https://api.${hostOf(env)}`;
}

/** The repository that an app's web process takes its image from. `HEROKU_REGISTRY` names another registry. */
export function repositoryOf({ env, name }: Pick<HostContext, "env" | "name">): string {
  const registry = env["HEROKU_REGISTRY"] || `registry.${hostOf(env).replace(/^https?:\/\/(api\.)?/, "")}`;
  return `${registry}/${name}/web`;
}

/** The Platform API, version 3, as the user. */
export function apiOf({ env, token, signal }: Pick<HostContext, "env" | "token" | "signal">): Api<Operations> {
  const headers = { accept: "application/vnd.heroku+json; version=3", authorization: `Bearer ${token}` };
  return createApi<Operations>({ ...host, base: apiUrl(env), send: herokuSend(), headers, signal });
}

type AppOperation = Extract<keyof Operations, `${string} /apps/{app}${string}`>;

/** The operations on the site's own app. */
export type AppApi = <K extends AppOperation>(
  operation: K,
  options?: CallOptions<Operations[K]["request"]>,
  parameters?: Parameters,
) => Promise<ApiReply<Operations[K]["response"]>>;

/** {@link apiOf}, for the app that the site is called at Heroku. */
export function appApi(ctx: HostContext): AppApi {
  const call = apiOf(ctx);
  return (operation, options, parameters) => call(operation, { app: ctx.name, ...parameters }, options);
}
