import { invalidOption, setOption, type HostContext } from "@datasette-publish/core";
import * as api from "./api/index.ts";

/** One machine in each region that was asked for, else where the site is. Another one replaces a machine that would change its volume, or is out of reach. */
export function placesOf(ctx: HostContext, found: api.Found) {
  const { region: asked = "", createVolume: size } = ctx.options;
  const volume = api.findVolume(ctx, found) ?? { id: size === undefined ? "" : "new", region: "" };
  const fitting = found.machines.filter((machine) => api.isReachable(machine) && (api.volumeOf(machine) ?? "") === volume.id);
  const regions = new Set((String(asked) || api.regionsOf(found).join() || volume.region || "iad").split(/[\s,]+/));
  const places = [...regions].map((region) => ({ region, was: fitting.find((machine) => machine.region === region) }));
  return { places, volume, extra: found.machines.filter((machine) => !places.some(({ was }) => was === machine)) };
}

/** Refuses what Fly.io, or the site as it is, cannot follow. @throws PublishError `OPTION_INVALID`, and what `readApp` and `findVolume` throw */
export async function check(ctx: HostContext): Promise<void> {
  const { places, volume } = placesOf(ctx, await api.readApp(ctx));
  const regions = places.map(({ region }) => region);
  await api.requireRegions(ctx, regions);
  api.guestOf(ctx);
  const home = volume.region || regions[0];
  if (volume.id !== "" && regions.join() !== home)
    throw invalidOption("region", `A volume is in one region, here ${home}.`, setOption("region", home));
  if (volume.id === "" && ctx.options["createDb"] !== undefined)
    throw invalidOption("createDb", "A database that is written to needs a volume.", setOption("createVolume", "1"));
}
