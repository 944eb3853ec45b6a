import type {
  Api,
  ApiDescription,
  Environment,
  HostContext,
  Login,
  LoginContext,
  Refused,
  Remedies,
} from "@datasette-publish/core/provider";
import { herokuSend } from "./transport.ts";
import type { Operations } from "./types.ts";

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

const platform: ApiDescription = {
  base: ({ env }) => apiUrl(env),
  headers: ({ token }) => ({ accept: "application/vnd.heroku+json; version=3", authorization: `Bearer ${token}` }),
  parameters: ({ name = "" }) => ({ app: name }),
  send: ({ env }, read) => herokuSend(env, read),
  explain: (refused, { name = "" }) =>
    isTaken(refused)
      ? ["NAME_TAKEN", `App ${name} is somebody else's.`, { action: "set-option", option: "app", value: `${name.slice(0, 28)}-2` }]
      : refused.status === 402
        ? ["ACCOUNT_LIMITED", `Heroku wants something settled in your account first: ${refused.detail}.`, settle]
        : undefined,
};

/** The Platform API, version 3, as the user; about the site's own app unless a call names another. */
export const api = (ctx: LoginContext): Api<Operations> => ctx.api<Operations>(platform);

const settle: Remedies = [
  { action: "open-page", url: "https://dashboard.heroku.com/account/billing", note: "to settle it" },
  { action: "retry" },
];

/** Heroku answers 403 for other reasons as well, such as a missing second factor (`two_factor`). */
function isTaken({ operation, status, id, detail }: Refused): boolean {
  if (operation === "GET /apps/{app}") return status === 403 && id === "forbidden";
  return /^POST (\/teams)?\/apps$/.test(operation) && status === 422 && /\btaken\b/.test(detail);
}

/** Heroku's own CLI writes its token to the netrc file where the system has no key store. */
export const login: Login = {
  env: "HEROKU_API_KEY",
  url: "https://dashboard.heroku.com/account",
  find: (places) => places.netrc(new URL(apiUrl(places.env)).host),
  account: async (ctx) => (await api(ctx)("GET /account")).email,
};
