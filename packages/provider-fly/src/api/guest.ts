import type { HostContext } from "@datasette-publish/core";
import type { MachineGuest } from "./types.ts";

const cpus = [1, 2, 4, 6, 8];

/** What sizes of machines are called (fly-go, `MachinePresets`), without those for GPUs. */
export const sizes: readonly string[] = [
  ...cpus.map((count) => `shared-cpu-${count}x`),
  ...[...cpus, 10, 12, 14, 16].map((count) => `performance-${count}x`),
];

/** Memory in MB: for each CPU the least, which is the preset's, and the most; and what it is a multiple of. */
const memoryOf = { shared: [256, 2048, 256], performance: [2048, 8192, 1024] } as const;

/** The machine that `vmSize` and `memory` mean; null when Fly.io makes no such machine. */
export function guestOf({ options: { vmSize, memory } }: Pick<HostContext, "options">): MachineGuest | null {
  const size = String(vmSize);
  const kind = size.startsWith("shared") ? "shared" : "performance";
  const count = Number(/(\d+)x$/.exec(size)?.[1]);
  const [least, most, step] = memoryOf[kind];
  const memory_mb = Number(memory ?? least * count);
  const isMade = memory_mb >= least * count && memory_mb <= most * count && memory_mb % step === 0;
  return isMade ? { cpu_kind: kind, cpus: count, memory_mb } : null;
}
