import { FlyRefusal } from "./answers.ts";
import type { FlyMachineConfig } from "./model.ts";

/** Memory in MB for each CPU, and what it has to be a multiple of (fly.io/docs/machines/guides-examples/machine-sizing). */
const memory = { shared: { least: 256, most: 2048, step: 256 }, performance: { least: 2048, most: 8192, step: 1024 } };

/** Refuses a size that no machine has. */
export function checkGuest({ guest = {} }: FlyMachineConfig): void {
  const { cpu_kind: kind = "shared", cpus = 1, memory_mb: mb = memory.shared.least * cpus } = guest;
  const rule = kind === "shared" || kind === "performance" ? memory[kind] : null;
  if (rule === null) throw new FlyRefusal(400, `invalid_argument: invalid config.guest.cpu_kind ${kind}`);
  if (mb % rule.step !== 0) throw new FlyRefusal(400, `invalid_argument: invalid config.guest.memory_mb, not a multiple of ${rule.step}`);
  if (mb < rule.least * cpus || mb > rule.most * cpus) throw new FlyRefusal(400, "invalid_argument: invalid config.guest.memory_mb");
}
