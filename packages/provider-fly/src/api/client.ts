import {
  createApi,
  fetchSend,
  type Api,
  type ApiReply,
  type CallOptions,
  type HostContext,
  type Pace,
  type Parameters,
} from "@datasette-publish/core";
import { explain } from "./refusals.ts";
import { authorization } from "./token.ts";
import type { Lease, LeaseEnvelope, Operations } from "./types.ts";

/** One machine of an app, as operations call it. */
export const machinePath = "/apps/{app_name}/machines/{machine_id}";

/** Calls an operation of the Machines API; `app_name` is the site's unless it is given. */
export type Fly = <K extends keyof Operations>(
  operation: K,
  parameters?: Parameters,
  options?: CallOptions<Operations[K]["request"]>,
) => Promise<ApiReply<Operations[K]["response"]>>;

/** Who calls, and about which site. */
export type Caller = Pick<HostContext, "token" | "env" | "fetch" | "signal"> & { readonly name?: string };

/**
 * A client of the Machines API for whoever has the token and, where machines are changed, the lease.
 * `FLY_FLAPS_BASE_URL` names another host, as it does for flyctl.
 */
export function connect(caller: Caller, lease?: Lease | LeaseEnvelope): Fly {
  const call = callOf(caller);
  const headers: Record<string, string> = lease === undefined ? {} : { "fly-machine-lease-nonce": nonceOf(lease) };
  return (operation, parameters, options) => {
    const app = operation.includes("{app_name}") ? { app_name: caller.name ?? "" } : {};
    return call(operation, { ...app, ...parameters }, { ...options, headers }).catch((error: unknown) => {
      throw explain(operation, caller.name ?? "", error);
    });
  };
}

/** By signal or, without one, environment: all of one publish keeps to one pace. */
const calls = new WeakMap<object, { readonly key: string; readonly fetch: Caller["fetch"]; readonly call: Api<Operations> }>();

function callOf({ token, env, fetch, signal }: Caller): Api<Operations> {
  const base = `${(env["FLY_FLAPS_BASE_URL"] || "https://api.machines.dev").replace(/\/$/, "")}/v1`;
  const key = `${base} ${token}`;
  const known = calls.get(signal ?? env);
  if (known?.key === key && known.fetch === fetch) return known.call;
  const headers = { authorization: authorization(token) };
  const call = createApi<Operations>({ title: "Fly.io", provider: "fly", base, headers, send: fetchSend(fetch), signal, pace });
  calls.set(signal ?? env, { key, fetch, call });
  return call;
}

/** The description of the API has a flat lease, its clients and its prose wrap it. */
function nonceOf(lease: Lease | LeaseEnvelope): string {
  return "data" in lease ? lease.data.nonce : lease.nonce;
}

/** The API allows one call a second of each kind for each app or machine, three at once; looking at a machine five, ten at once. A tenth is kept back: requests do not arrive as regularly as they are sent. */
function pace(operation: string, path: string): Pace {
  const key = `${operation} ${path}`;
  return operation === `GET ${machinePath}` ? { key, perSecond: 4.5, burst: 9 } : { key, perSecond: 0.9, burst: 3 };
}
