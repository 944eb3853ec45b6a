import type { Api, ApiDescription, HostContext, LoginContext, Pace, Remedies } from "@datasette-publish/core/provider";
import { authorization } from "./token.ts";
import type { Operations } from "./types.ts";

/** One machine of an app, as operations call it. */
export const machinePath = "/apps/{app_name}/machines/{machine_id}";

/** The API allows one call a second of each kind for each app or machine, three at once; looking at a machine five, ten at once. A tenth is kept back: requests do not arrive as regularly as they are sent. */
const pace = (operation: string, path: string): Pace => ({
  key: `${operation} ${path}`,
  ...(operation === `GET ${machinePath}` ? { perSecond: 4.5, burst: 9 } : { perSecond: 0.9, burst: 3 }),
});

/** What a refusal means to a user, where its status does not say enough. */
const explain: ApiDescription["explain"] = ({ operation, status, id, detail, body }, { name: app = "" }) => {
  if (/payment (method|information)|credit card|trial has ended/i.test(detail))
    return [
      "ACCOUNT_LIMITED",
      `Fly.io wants a payment method: ${detail}.`,
      [{ action: "open-page", url: "https://fly.io/dashboard", note: "to add one" }, { action: "retry" }],
    ];
  if (id === "insufficient_capacity" || /insufficient (resources|cpus|memory)|(no|at) capacity/i.test(detail)) {
    const { region = "that region" } = (body ?? {}) as { readonly region?: string };
    const message = `Fly.io has no room in ${region} for such a machine now: ${detail}.`;
    const remedies: Remedies = [
      { action: "set-option", option: "region", note: "to choose another" },
      { action: "set-option", option: "vmSize", note: "to choose a smaller machine" },
      { action: "retry", note: "later" },
    ];
    return ["RELEASE_FAILED", message, remedies];
  }
  /** By its code or, when the API gives none, by its text (fly-go, `IsNameTakenError`). */
  const isTaken = id === "name_taken" || (id === null && detail.includes("Name has already been taken"));
  if ((operation === "POST /apps" && isTaken) || (operation === "GET /apps/{app_name}" && status === 403)) {
    const message = `There is an app ${app} already, which your token has no access to. All users of Fly.io share the names.`;
    return ["NAME_TAKEN", message, { action: "set-option", option: "app", note: "to choose another name" }];
  }
  if (operation.includes("{machine_id}") && (status === 409 || status === 412)) {
    const message = `Somebody else is changing app ${app}: ${detail}.`;
    return ["HOST_BUSY", message, { action: "retry", afterMs: 120_000 }];
  }
  return undefined;
};

/** `FLY_FLAPS_BASE_URL` names another host, as it does for flyctl. */
const machinesApi: ApiDescription = {
  base: ({ env }) => `${(env["FLY_FLAPS_BASE_URL"] || "https://api.machines.dev").replace(/\/$/, "")}/v1`,
  headers: ({ token }) => ({ authorization: authorization(token) }),
  parameters: ({ name = "" }) => ({ app_name: name }),
  pace,
  explain,
  // One is the way to the node that made an app (fly-go, `NewWithOptions`).
  cookies: true,
};

/** The Machines API, about the site's own app unless a call names another; `headers` go with every call. */
export function connect(ctx: LoginContext, headers: Readonly<Record<string, string>> = {}): Api<Operations> {
  return ctx.api(machinesApi, headers);
}

/** Where an app answers. `FLY_APPS_URL` says it for all, `{app}` being the app's name. */
export function urlOf({ env, name }: Pick<HostContext, "env" | "name">): string {
  return (env["FLY_APPS_URL"] || "https://{app}.fly.dev").replace("{app}", name);
}

/** The repository of an app's images. `FLY_REGISTRY_HOST` names another registry, as it does for flyctl. */
export function repositoryOf({ env, name }: HostContext): string {
  return `${env["FLY_REGISTRY_HOST"] || "registry.fly.io"}/${name}`;
}
