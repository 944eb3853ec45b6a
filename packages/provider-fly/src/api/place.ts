import { PublishError, invalidOption, requireChoice, runProgram, setOption, type HostContext } from "@datasette-publish/core";
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
export function guestOf({ options: { vmSize, memory } }: Pick<HostContext, "options">): MachineGuest {
  const size = String(vmSize);
  const kind = size.startsWith("shared") ? "shared" : "performance";
  const count = Number(/(\d+)x$/.exec(size)?.[1]);
  const [least, most, step] = memoryOf[kind];
  const memory_mb = Number(memory ?? least * count);
  if (memory_mb >= least * count && memory_mb <= most * count && memory_mb % step === 0) return { cpu_kind: kind, cpus: count, memory_mb };
  throw invalidOption("memory", `A ${size} cannot have ${memory_mb} MB.`, [
    setOption("memory", undefined, `a multiple of ${step} from ${least * count} to ${most * count}`),
    setOption("vmSize", undefined, "to choose another machine"),
  ]);
}

/** @throws PublishError `OPTION_INVALID` when Fly.io has no such region, or makes no machine there any more. A token may not be allowed to ask. */
export async function requireRegions(ctx: HostContext, asked: readonly string[]): Promise<void> {
  const listed = await connect(ctx)("GET /platform/regions", {}, { allow: [403] });
  if (listed === null) return;
  const { Regions = [], regions = Regions } = listed;
  const codes = regions.filter(({ deprecated }) => deprecated !== true).map(({ code }) => code);
  for (const region of asked) requireChoice("region", region, codes);
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
export function findVolume({ name: app, options }: HostContext, { machines, volumes }: Found): Volume | undefined {
  const { volumeName, createVolume: size } = options;
  const [volume, ...others] = volumes.filter(({ name }) => name === volumeName);
  if (volume !== undefined && others.length > 0) {
    const ids = [volume, ...others].map(({ id }) => id).join(", ");
    const remedies = [
      runProgram(["fly", "volumes", "list", "--app", app], "to look at them"),
      runProgram(["fly", "volumes", "destroy", "ID"], "for all but the one that the site needs"),
    ];
    throw new PublishError("APP_UNSUITABLE", `App ${app} has several volumes ${volume.name}: ${ids}.`, remedies, { app, volumes: ids });
  }
  const mounted = machines.map(volumeOf).find((id) => id !== undefined);
  const other = volumes.find(({ id }) => id === mounted);
  if (volume === undefined && mounted !== undefined && (other !== undefined || size === undefined)) {
    const { name } = other ?? { name: mounted };
    const message = `There is no volume ${String(volumeName)}; the site has its databases on ${name}.`;
    throw invalidOption("volumeName", message, setOption("volumeName", name));
  }
  requireReachable(machines.filter(({ id }) => id === volume?.attached_machine_id));
  return volume;
}

/** Makes the volume that the options ask for, where there is room for the machine, and returns its id. */
export async function createVolume(ctx: HostContext, region: string): Promise<string> {
  const { volumeName, createVolume: size } = ctx.options;
  const body = { name: String(volumeName), region, size_gb: Number(size), compute: guestOf(ctx) };
  return (await connect(ctx)("POST /apps/{app_name}/volumes", {}, { body })).id;
}
