import { hash } from "node:crypto";
import type { DefaultPort, HostContext } from "@datasette-publish/core/provider";
import * as api from "./api/index.ts";
import type { Options } from "./options.ts";

const port: DefaultPort = 8006;
const http = { port: 80, handlers: ["http"], force_https: true };
const https = { port: 443, handlers: ["tls", "http"] };
/** Datasette listens once it is ready. A page would not do: a site for logged-in visitors only refuses it. */
const check = { type: "tcp", port, interval: "5s", timeout: "4s" };

/** What a machine runs, and the region whose machines count for `min_machines_running`. */
export type Target = { readonly image: string; readonly primary: string; readonly volume: string | undefined };

/** A machine as it is to be. `made` says what of: the API's own form of a configuration need not be ours. `previous` is for `rollback`. */
export function configOf(ctx: HostContext<Options>, { image, primary, volume }: Target, secrets: api.Secrets, former?: api.MachineConfig) {
  const { autostop, minMachines } = ctx.options;
  const idle = { autostart: true, autostop, min_machines_running: minMachines };
  const services = [{ protocol: "tcp", internal_port: port, ...idle, ports: [http, https], checks: [check] }];
  const [mounted, more] = volume === undefined ? [{}, {}] : [{ mounts: [{ volume, path: "/volume" }] }, { DATASETTE_VOLUME: "/volume" }];
  const config = { image, guest: api.guestOf(ctx), services, ...mounted, env: { PRIMARY_REGION: primary, ...more } };
  const made = hash("sha256", JSON.stringify([config, secrets.all.map(({ name, digest }) => [name, digest])]));
  const previous = (former?.image === image ? former.metadata?.["previous"] : former?.image) ?? "";
  return { ...config, metadata: { ...api.marks, site: ctx.siteName, release: api.digestOf(image), ...(previous && { previous }), made } };
}
