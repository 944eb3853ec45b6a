import type { HostContext, LoginContext, Remedies } from "@datasette-publish/core/provider";
import type { Options } from "../options.ts";
import type { Found } from "./app.ts";
import { connect } from "./client.ts";
import { requireReachable } from "./health.ts";
import type { Machine, MachineGuest, Volume } from "./types.ts";

const cpus = [1, 2, 4, 6, 8];

/** What sizes of machines are called (fly-go, `MachinePresets`), without those for GPUs. */
export const sizes: readonly string[] = [
  ...cpus.map((count) => `shared-cpu-${count}x`),
  ...[...cpus, 10, 12, 14, 16].map((count) => `performance-${count}x`),
];

/** Memory in MB: for each CPU the least, which is the preset's, and the most; and what it is a multiple of. */
const memoryOf = { shared: [256, 2048, 256], performance: [2048, 8192, 1024] } as const;

/** The machine that `vmSize` and `memory` mean. @throws PublishError `OPTION_INVALID` when Fly.io makes no such machine */
export function guestOf(ctx: HostContext<Options>): MachineGuest {
  const { vmSize: size, memory } = ctx.options;
  const kind = size.startsWith("shared") ? "shared" : "performance";
  const count = Number(/(\d+)x$/.exec(size)?.[1]);
  const [least, most, step] = memoryOf[kind];
  const memory_mb = memory ?? least * count;
  if (memory_mb >= least * count && memory_mb <= most * count && memory_mb % step === 0) return { cpu_kind: kind, cpus: count, memory_mb };
  const remedies: Remedies = [
    { action: "set-option", option: "memory", note: `a multiple of ${step} from ${least * count} to ${most * count}` },
    { action: "set-option", option: "vmSize", note: "to choose another machine" },
  ];
  throw ctx.error("OPTION_INVALID", `A ${size} cannot have ${memory_mb} MB.`, remedies, { option: "memory" });
}

/** Codes of the regions where Fly.io makes machines; null when the token is not allowed to ask. */
export async function readRegions(ctx: LoginContext): Promise<readonly string[] | null> {
  const listed = await connect(ctx)("GET /platform/regions", {}, { allow: [403] });
  if (listed === null) return null;
  const { Regions = [], regions = Regions } = listed;
  return regions.filter(({ deprecated }) => deprecated !== true).map(({ code }) => code);
}

/** The volume that a machine has its databases on. */
export function volumeOf({ config }: Machine): string | undefined {
  return config?.mounts?.[0]?.volume;
}

/**
 * The volume that is called as the options say; undefined when there is none.
 *
 * @throws PublishError `OPTION_INVALID` when the machine that has a volume would be replaced by one without; `APP_UNSUITABLE` when several are
 *   called so, `HOST_BUSY` when the machine that has it is out of reach, as no other one can take it over
 */
export function findVolume(ctx: HostContext<Options>, { machines, volumes }: Found): Volume | undefined {
  const { name: app, options } = ctx;
  const { volumeName, createVolume: size } = options;
  const [volume, ...others] = volumes.filter(({ name }) => name === volumeName);
  if (volume !== undefined && others.length > 0) {
    const ids = [volume, ...others].map(({ id }) => id).join(", ");
    const remedies: Remedies = [
      { action: "run", run: ["fly", "volumes", "list", "--app", app], note: "to look at them" },
      { action: "run", run: ["fly", "volumes", "destroy", "ID"], note: "for all but the one that the site needs" },
    ];
    throw ctx.error("APP_UNSUITABLE", `App ${app} has several volumes ${volume.name}: ${ids}.`, remedies, { app, volumes: ids });
  }
  const mounted = machines.map(volumeOf).find((id) => id !== undefined);
  const other = volumes.find(({ id }) => id === mounted);
  if (volume === undefined && mounted !== undefined && (other !== undefined || size === undefined)) {
    const { name } = other ?? { name: mounted };
    const message = `There is no volume ${volumeName}; the site has its databases on ${name}.`;
    const remedy: Remedies = { action: "set-option", option: "volumeName", value: name };
    throw ctx.error("OPTION_INVALID", message, remedy, { option: "volumeName" });
  }
  const attached = machines.filter(({ id }) => id === volume?.attached_machine_id);
  requireReachable(ctx, attached);
  return volume;
}

/** Makes a volume that is called as the options say, where there is room for the machine, and returns its id. */
export async function createVolume(ctx: HostContext<Options>, region: string, size_gb: number): Promise<string> {
  const body = { name: ctx.options.volumeName, region, size_gb, compute: guestOf(ctx) };
  return (await connect(ctx)("POST /apps/{app_name}/volumes", {}, { body })).id;
}
