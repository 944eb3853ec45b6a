import { PublishError, isPublishError, toPublishError, uncancelled, type HostContext, type Settle } from "@datasette-publish/core";
import { isReachable } from "./health.ts";
import { destroyMachine, digestOf, getsWell, readMachine, startMachine, type Start } from "./machine.ts";
import type { Machine } from "./types.ts";

/** One machine that is changed: as it was or, when there was none, as it was made. */
interface Change {
  readonly machine: Machine;
  readonly isNew: boolean;
  /** Its metadata `made` from now on. */
  readonly made: string | undefined;
}

/** What happens to a site's machines until it is known to be well. */
export interface Changes {
  /** The machines that serve before anything is changed. */
  readonly before: readonly Machine[];
  /** In order. The change of a machine that there was is noted before it is sent: its answer may be lost. */
  readonly done: Change[];
}

/** Nothing is changed yet. */
export function changesOf(machines: readonly Machine[]): Changes {
  return { before: machines.filter(isReachable), done: [] };
}

/** Starts a machine anew unless it is well and as it is to be. @throws PublishError `DEPLOYMENT_UNHEALTHY`; see {@link restoring} */
export async function replaceMachine(ctx: HostContext, start: Omit<Start, "changing">, { done }: Changes): Promise<void> {
  const { was, config } = start;
  const [former, made] = ["id" in was ? was : undefined, config.metadata?.["made"]];
  if (former && former.config?.metadata?.["made"] === made && (await getsWell(ctx, former))) return;
  const changing = (machine: Machine) => done.push({ machine, isNew: former === undefined, made });
  const problem = await startMachine(ctx, { ...start, changing });
  if (problem === null) return;
  const facts = { app: ctx.name, problem };
  throw new PublishError("DEPLOYMENT_UNHEALTHY", `The site is not well: ${problem}.`, "Mend the cause, and publish again.", facts);
}

/**
 * Runs `work`, which makes `changes`. When it fails or the user cancels, puts back what served before; a first publish is
 * only taken back when a machine is not well, as the next run finishes what else is missing.
 *
 * @throws what `work` throws; PublishError `DEPLOYMENT_UNHEALTHY` when not everything could be put back
 */
export async function restoring(ctx: HostContext, changes: Changes, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isUnhealthy = isPublishError(error) && error.code === "DEPLOYMENT_UNHEALTHY";
    if (changes.done.length === 0 || (changes.before.length === 0 && !isUnhealthy)) throw error;
    const { message, hint, facts } = toPublishError(error);
    const host = uncancelled(ctx);
    const restored = await host
      .step("undo", "Put back what served before", () => undo(host, changes))
      .catch((failure: unknown) => {
        const both = `${message} ${toPublishError(failure).message}`;
        throw new PublishError("DEPLOYMENT_UNHEALTHY", both, lookAtMachines(ctx), { ...facts, restored: null }, error);
      });
    if (!isUnhealthy) throw error;
    const serves = changes.before.length > 0 ? ` ${restored} serves again.` : "";
    throw new PublishError("DEPLOYMENT_UNHEALTHY", message + serves, hint, { ...facts, restored }, error);
  }
}

/** What `ctx.confirm` does when the site is not well: from now on it is the one who undoes. */
export function settleOf({ before, done }: Changes): Settle {
  const handedOver = { before, done: done.splice(0) };
  return before.length > 0 && handedOver.done.length > 0 ? { undo: (host) => undo(host, handedOver) } : {};
}

/** Makes every machine what it was, the latest first; says what serves again. @throws PublishError that names each machine that is not */
async function undo(host: HostContext, { before, done }: Changes): Promise<string> {
  const problems: string[] = [];
  for (const change of done.toReversed()) {
    const problem = await undoChange(host, change).catch((error: unknown) => toPublishError(error).message);
    if (problem !== null) problems.push(`${change.machine.id} in ${change.machine.region} (${problem})`);
  }
  const releases = new Set(before.map(({ config }) => digestOf(config?.image)));
  if (problems.length === 0) return [...releases].join(", ") || "nothing";
  const message = `These machines are not as they were: ${problems.join("; ")}.`;
  throw new PublishError("DEPLOYMENT_UNHEALTHY", message, lookAtMachines(host), { app: host.name, machines: problems.length });
}

/** What is wrong with the machine after it was made what it was, or null. */
async function undoChange(host: HostContext, { machine: was, isNew, made }: Change): Promise<string | null> {
  if (isNew) return destroyMachine(host, was).then(() => null);
  const now = await readMachine(host, was.id);
  if (now.instance_id === was.instance_id) return null;
  if (now.config?.metadata?.["made"] !== made) return "somebody else has changed it";
  return startMachine(host, { was: now, config: was.config ?? {}, changing: () => undefined });
}

function lookAtMachines({ name }: HostContext): string {
  return `Look at them with fly machine list --app ${name}, then publish again.`;
}
