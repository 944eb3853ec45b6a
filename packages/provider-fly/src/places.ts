import type { HostContext, Remedies } from "@datasette-publish/core/provider";
import * as api from "./api/index.ts";
import type { Options } from "./options.ts";

/**
 * One machine in each region that was asked for, else where the site is. Another one replaces a machine that would change its volume, or is
 * out of reach. `newGb` is the size of a volume that is to be made.
 */
export function placesOf(ctx: HostContext<Options>, found: api.Found) {
  const { region: asked = [], createVolume: size } = ctx.options;
  const volume = api.findVolume(ctx, found);
  const newGb = volume === undefined ? size : undefined;
  const fitting = newGb === undefined ? found.machines.filter((each) => api.isReachable(each) && api.volumeOf(each) === volume?.id) : [];
  const [primary = volume?.region ?? "iad", ...others] = asked.length > 0 ? asked : api.regionsOf(found);
  const places = [...new Set([primary, ...others])].map((region) => ({ region, was: fitting.find((each) => each.region === region) }));
  return { primary, places, volume, newGb, extra: found.machines.filter((machine) => !places.some(({ was }) => was === machine)) };
}

/** Refuses what Fly.io, or the site as it is, cannot follow. @throws PublishError `OPTION_INVALID`, and what `readApp` and `findVolume` throw */
export async function check(ctx: HostContext<Options>): Promise<void> {
  const { primary, places, volume, newGb } = placesOf(ctx, await api.readApp(ctx));
  api.guestOf(ctx);
  const home = volume?.region ?? (newGb === undefined ? undefined : primary);
  const refuse = (option: string, message: string, remedies: Remedies) => ctx.error("OPTION_INVALID", message, remedies, { option });
  if (home !== undefined && places.some(({ region }) => region !== home))
    throw refuse("region", `A volume is in one region, here ${home}.`, { action: "set-option", option: "region", value: home });
  if (home === undefined && ctx.options.createDb !== undefined)
    throw refuse("createDb", "A database that is written to needs a volume.", { action: "set-option", option: "createVolume", value: "1" });
}
