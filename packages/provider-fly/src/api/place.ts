import { PublishError, type HostContext } from "@datasette-publish/core";
import type { Found } from "./app.ts";
import { connect } from "./client.ts";
import { guestOf } from "./guest.ts";
import { requireReachable } from "./health.ts";
import { noRoomIn } from "./refusals.ts";

/**
 * @throws PublishError `OPTION_INVALID` when Fly.io makes no such machine or volume as the options ask for, or none in one of the regions;
 *   `HOST_BUSY` when the machine that has the volume is out of reach, as no other one can take it over
 */
export async function requireMachines(ctx: HostContext, regions: readonly string[], { machines, replaced, volumes }: Found): Promise<void> {
  const { vmSize, memory, volumeName, createVolume: size = 1 } = ctx.options;
  const { Regions = [], regions: rows = Regions } = (await connect(ctx)("GET /platform/regions")).body;
  const codes = rows.filter(({ deprecated }) => deprecated !== true).map(({ code }) => code);
  const unknown = regions.find((code) => !codes.includes(code));
  if (unknown !== undefined)
    throw invalidOption("region", `Fly.io has no region ${JSON.stringify(unknown)}.`, `Give --region one of ${codes.join(", ")}.`);
  if (guestOf(ctx) === null)
    throw invalidOption(
      "memory",
      `A ${String(vmSize)} cannot have ${String(memory)} MB.`,
      "Give --memory a multiple of 256, or 1024 for performance sizes, that fits --vm-size.",
    );
  if (Number(size) < 1) throw invalidOption("createVolume", "A volume has at least 1 GB.", "Give --create-volume a number of GB from 1.");
  const volume = volumes.find(({ name }) => name === volumeName);
  requireReachable([...machines, ...replaced].filter(({ id }) => id === volume?.attached_machine_id));
}

/**
 * @throws PublishError `OPTION_INVALID` when the machine that has a volume would be replaced by one without, as no volume is called as the options
 *   say; `APP_UNSUITABLE` when several are
 */
export function requireVolume(ctx: HostContext, { machines, replaced, volumes }: Found): void {
  const { volumeName, createVolume: size } = ctx.options;
  const ids = volumes.filter(({ name }) => name === volumeName).map(({ id }) => id);
  if (ids.length > 1)
    throw new PublishError(
      "APP_UNSUITABLE",
      `App ${ctx.name} has several volumes ${String(volumeName)}: ${ids.join(", ")}.`,
      "Look at what is on them, and remove all but one with fly volumes destroy.",
      { app: ctx.name, volumes: ids.join(", ") },
    );
  const mounted = [...machines, ...replaced].flatMap(({ config }) => config?.mounts?.[0]?.volume ?? []);
  if (ids.length > 0 || size !== undefined || mounted.length === 0) return;
  const { name = mounted[0] } = volumes.find(({ id }) => mounted.includes(id)) ?? {};
  const message = `There is no volume ${String(volumeName)}; the site has its databases on ${name}.`;
  throw invalidOption("volumeName", message, `Give --volume-name ${name}.`);
}

/** An option that Fly.io, or the site as it is, cannot follow. */
export function invalidOption(option: string, message: string, hint: string): PublishError {
  return new PublishError("OPTION_INVALID", message, hint, { option });
}

/** Makes the volume that the options ask for, where there is room for the machine, and returns its id. */
export async function createVolume(ctx: HostContext, region: string): Promise<string> {
  const { volumeName, createVolume: size } = ctx.options;
  const body = { name: String(volumeName), region, size_gb: Number(size), compute: guestOf(ctx) ?? {} };
  return (await connect(ctx)("POST /apps/{app_name}/volumes", {}, { body }).catch(noRoomIn(region))).body.id;
}
