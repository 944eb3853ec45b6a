import { hash } from "node:crypto";
import { PublishError, defaultPort, type HostContext } from "@datasette-publish/core";
import * as api from "./api/index.ts";

/** What was done to one machine; a new one had no configuration before. */
export type Change = { readonly machine: api.Machine; readonly before: api.MachineConfig | undefined };

const http = { port: 80, handlers: ["http"], force_https: true };
const https = { port: 443, handlers: ["tls", "http"] };
const check = { type: "http", port: defaultPort, method: "GET", path: "/-/versions.json", interval: "5s", timeout: "4s" };

/** What a machine runs, and the region whose machines count for `min_machines_running`. */
export type Target = { readonly image: string; readonly primary: string; readonly volume: string };

/** A machine as it is to be. `made` says what of: the API's own form of a configuration need not be ours. `previous` is for `rollback`. */
export function configOf(ctx: HostContext, { image, primary, volume }: Target, secrets: api.Secrets, former?: api.MachineConfig) {
  const { autostop, minMachines } = ctx.options;
  const idle = { autostart: true, autostop: autostop as "off", min_machines_running: Number(minMachines) };
  const services = [{ protocol: "tcp", internal_port: defaultPort, ...idle, ports: [http, https], checks: [check] }];
  const [mounted, more] = volume === "" ? [{}, {}] : [{ mounts: [{ volume, path: "/volume" }] }, { DATASETTE_VOLUME: "/volume" }];
  const config = { image, guest: api.guestOf(ctx) ?? {}, services, ...mounted, env: { PRIMARY_REGION: primary, ...more } };
  const made = hash("sha256", JSON.stringify([config, secrets.all.map(({ name, digest }) => [name, digest])]));
  const previous = (former?.image === image ? former.metadata?.["previous"] : former?.image) ?? "";
  return { ...config, metadata: { ...api.marks, site: ctx.siteName, release: api.digestOf(image), ...(previous && { previous }), made } };
}

/** Starts a machine anew unless it is well and as it is to be. @throws PublishError `DEPLOYMENT_UNHEALTHY`, after everything was undone */
export async function replace(ctx: HostContext, start: Omit<api.Start, "started">, done: Change[]): Promise<void> {
  const former = "id" in start.was ? start.was : undefined;
  if (former && former.config?.metadata?.["made"] === start.config.metadata?.["made"] && (await api.getsWell(ctx, former))) return;
  const problem = await api.startMachine(ctx, { ...start, started: (machine) => done.push({ machine, before: former?.config }) });
  if (problem === null) return;
  const facts = { app: ctx.name, problem, restored: await undo(ctx, done) };
  throw new PublishError("DEPLOYMENT_UNHEALTHY", `The site is not well: ${problem}.`, "Mend the cause, and publish again.", facts);
}

/** Makes every machine what it was, the latest first; says what serves again. */
export async function undo(ctx: HostContext, done: readonly Change[]): Promise<string> {
  for (const { machine: was, before: config } of done.toReversed())
    await (config ? api.startMachine(ctx, { was, config, started: () => {} }) : api.removeMachine(ctx, was));
  return done.map(({ before }) => api.digestOf(before?.image)).find(Boolean) ?? "nothing";
}
