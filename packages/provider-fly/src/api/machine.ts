import type { HostContext, Remedy, Task, Work } from "@datasette-publish/core/provider";
import { readMachines } from "./app.ts";
import { connect, machinePath } from "./client.ts";
import { healthOf, isReachable, problemOf } from "./health.ts";
import { leaseMachine, readLease, releaseLease, ttl, underLease } from "./lease.ts";
import type { CreateMachineRequest, Machine, UpdateMachineRequest } from "./types.ts";

/** Milliseconds after which the lease of a machine that is waited for is prolonged. */
const renewalMs = 45_000;

/** Milliseconds after which a machine whose making was not answered was not made. */
const lostMs = 5000;

/** Seconds that one wait may take: the API's most. */
const timeout = 60;

/** How often a machine is started that an update left stopped: a start may be accepted and come to nothing while the change goes on. */
const mostStarts = 3;

/** How a wait ends that is over, or that the machine will not come to: what it does instead, it says itself. */
const notThere = [400, 404, 408, 409, 412];

/** A change of a machine that was sent, and may have been made. */
interface Change {
  /** What it makes the machine of. */
  readonly made: string;
  /** The machine as it was, under our lease; undefined for a new one. */
  readonly was: Machine | undefined;
  /** What the answer says; undefined as long as there is none. */
  readonly machine?: Machine;
}

/**
 * Makes a machine in a region, or changes the one `was` there, unless that one is healthy and as requested.
 * It can be undone as soon as its change is sent, as the answer may be lost; not if the change was refused.
 */
export function machineTask(
  ctx: HostContext,
  region: string,
  was: Machine | undefined,
  requested: (work: Work) => UpdateMachineRequest,
): Task {
  let sent: Change | undefined;
  return {
    verb: was ? "update" : "create",
    target: `machine in ${region}`,
    async run(work) {
      const request = { ...requested(work), region };
      const made = madeOf(request);
      if (was && madeOf(was) === made && (await isHealthy(ctx, was))) return work.unchanged();
      const leased = was && (await leaseMachine(ctx, was));
      sent = { made, was: leased };
      const change = leased ? updateMachine(ctx, leased, request) : createMachine(ctx, request);
      const machine = await change.catch((error: unknown) => {
        if (ctx.isRefused(error)) sent = undefined;
        throw error;
      });
      sent = { ...sent, machine };
      await requireHealth(ctx, machine);
    },
    undo: async (host) => (sent ? undoChange(host, region, sent) : false),
  };
}

function undoChange(host: HostContext, region: string, { made, was, machine }: Change): Promise<void> {
  if (was) return putBack(host, was, made);
  return machine ? destroyMachine(host, machine) : destroyMade(host, region, made);
}

/** Removes a machine that may be gone already. One whose host is out of reach may have to wait for a later publish. */
export function removalTask(ctx: HostContext, machine: Machine): Task {
  const run = () =>
    destroyMachine(ctx, machine, true).catch((error: unknown) => {
      if (ctx.signal?.aborted || isReachable(machine)) throw error;
    });
  return { verb: "remove", target: `machine in ${machine.region}`, run };
}

/** True if an unchanged machine is healthy; waits for its checks if it has just started. */
async function isHealthy(ctx: HostContext, machine: Machine): Promise<boolean> {
  const health = healthOf(machine);
  return health === "starting" ? (await awaitHealth(ctx, machine)) === null : health !== "failed";
}

/** Makes a machine what it was, unless it still is. @throws PublishError `HOST_BUSY` when it is somebody else's by now, `DEPLOYMENT_UNHEALTHY` */
async function putBack(host: HostContext, was: Machine, made: string): Promise<void> {
  const now = await connect(host)(`GET ${machinePath}`, { machine_id: was.id });
  if (now.instance_id === was.instance_id) return;
  if (madeOf(now) !== made) throw host.error("HOST_BUSY", `Somebody else has changed machine ${was.id}.`, { action: "retry" });
  const leased = await leaseMachine(host, { ...was, instance_id: now.instance_id });
  await requireHealth(host, await updateMachine(host, leased, { config: was.config ?? {}, region: was.region }));
}

/** What a machine was made of, as this tool notes it. */
function madeOf({ config }: Pick<Machine, "config">): string {
  return config?.metadata?.["made"] ?? "";
}

/** Makes a machine whose lease is ours from the beginning. */
async function createMachine(ctx: HostContext, request: CreateMachineRequest): Promise<Machine> {
  return await connect(ctx)("POST /apps/{app_name}/machines", {}, { body: { ...request, lease_ttl: ttl } });
}

/** Changes a machine, unless somebody else just has; its lease goes on. When it fails, that ends: a change that arrives late is refused then. */
async function updateMachine(ctx: HostContext, machine: Machine, change: UpdateMachineRequest): Promise<Machine> {
  const { id: machine_id, instance_id: current_version } = machine;
  const update = underLease(ctx, machine)(`POST ${machinePath}`, { machine_id }, { body: { ...change, current_version } });
  const updated = await update.catch(async (error: unknown) => {
    await releaseLease(ctx, machine);
    throw error;
  });
  return { ...machine, ...updated };
}

/** @throws PublishError `DEPLOYMENT_UNHEALTHY` when this version of a machine does not become healthy */
async function requireHealth(ctx: HostContext, machine: Machine): Promise<void> {
  const problem = await awaitHealth(ctx, machine);
  if (problem === null) return;
  const look: Remedy = { action: "run", run: ["fly", "logs", "--app", ctx.name], note: "to look at its log" };
  throw ctx.unhealthy(problem, [look, { action: "retry" }]);
}

/**
 * Waits until this version of a machine has started and its checks pass. An update leaves a machine stopped that was not started before:
 * that is started. Its lease, when it has one, ends then, also when the user cancels.
 * Returns what is wrong with it, or null. One that was made just now "may not be visible yet" (flyctl, `WaitForState`).
 */
async function awaitHealth(ctx: HostContext, machine: Machine): Promise<string | null> {
  const { id: machine_id, instance_id: version } = machine;
  let [held, heldMs]: [Machine, number] = [machine, ctx.clock.now()];
  let seen: Machine | null = null;
  let starts = 0;
  const look = async () => {
    if (held.nonce && ctx.clock.now() > heldMs + renewalMs) [held, heldMs] = [await leaseMachine(ctx, held), ctx.clock.now()];
    await connect(ctx)(`GET ${machinePath}/wait`, { machine_id, version, state: "settled", timeout }, { allow: notThere });
    seen = await connect(ctx)(`GET ${machinePath}`, { machine_id }, { allow: [404] });
    if (seen?.instance_id !== version) return undefined;
    if (/^(stopped|suspended)$/.test(seen.state) && starts++ < mostStarts) return startMachine(ctx, held);
    return healthOf(seen) === "running" || (/stopped|suspended|failed|destroy/.test(seen.state) ? false : undefined);
  };
  const isWell = await ctx.poll(ctx.timeoutMs, look).finally(() => releaseLease(ctx, held));
  return isWell ? null : problemOf(seen);
}

/** Starts a machine, unless its change still goes on ("machine getting replaced"). */
async function startMachine(ctx: HostContext, machine: Machine): Promise<undefined> {
  await underLease(ctx, machine)(`POST ${machinePath}/start`, { machine_id: machine.id }, { allow: [409, 412], idempotent: true });
}

/** Destroys what was made where the answer was lost, as soon as it is to be seen; its lease is ours. */
async function destroyMade(host: HostContext, region: string, made: string): Promise<void> {
  const isMade = (each: Machine) => each.region === region && madeOf(each) === made && isReachable(each);
  const machine = await host.poll(lostMs, async () => (await readMachines(host, host.name)).find(isMade));
  if (machine) await destroyMachine(host, { ...machine, nonce: (await readLease(host, machine))?.nonce ?? "" });
}

/**
 * Destroys a machine, running or not. When that fails, as by an answer that was lost, it is looked for: one that was `seen` and is not
 * there any more is gone, another one may only not be visible yet.
 */
async function destroyMachine(ctx: HostContext, machine: Machine, seen = false): Promise<void> {
  const machine_id = machine.id;
  let leased: Machine | undefined;
  try {
    leased = await leaseMachine(ctx, machine);
    await underLease(ctx, leased)(`DELETE ${machinePath}`, { machine_id, force: true });
  } catch (error) {
    const look = connect(ctx)(`GET ${machinePath}`, { machine_id }, { allow: [404] });
    const left = await look.finally(() => leased && releaseLease(ctx, leased));
    if (left === null ? seen || leased : left.state.startsWith("destroy")) return;
    throw error;
  }
}
