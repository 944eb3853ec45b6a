import { isRefused, poll, runProgram, unhealthy, type HostContext, type Task } from "@datasette-publish/core";
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

/**
 * Makes a machine in a region, or changes the one `was` there, unless that one is healthy and as requested.
 * It can be undone as soon as its change is sent, as the answer may be lost; not if the change was refused.
 */
export function machineTask(ctx: HostContext, region: string, was: Machine | undefined, requested: () => UpdateMachineRequest): Task {
  const task: { -readonly [K in keyof Task]: Task[K] } = { verb: was ? "update" : "create", target: `machine in ${region}`, run };
  return task;
  async function run(unchanged: () => void): Promise<void> {
    const request = { ...requested(), region };
    const made = madeOf(request);
    if (was && madeOf(was) === made && (await isHealthy(ctx, was))) return unchanged();
    const leased = was && (await leaseMachine(ctx, was));
    task.undo = leased ? (host) => putBack(host, leased, made) : (host) => destroyMade(host, region, made);
    const change = leased ? updateMachine(ctx, leased, request) : createMachine(ctx, request);
    const machine = await change.catch((error: unknown) => {
      if (isRefused(error)) task.undo = undefined;
      throw error;
    });
    if (!was) task.undo = (host) => destroyMachine(host, machine);
    const problem = await awaitHealth(ctx, machine);
    if (problem === null) return;
    throw unhealthy(problem, [runProgram(["fly", "logs", "--app", ctx.name], "to look at its log"), { action: "retry" }]);
  }
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

/** Makes a machine what it was, unless it still is, or is somebody else's by now. Returns what is wrong with it, or null. */
async function putBack(host: HostContext, was: Machine, made: string): Promise<string | null> {
  const now = await connect(host)(`GET ${machinePath}`, { machine_id: was.id });
  if (now.instance_id === was.instance_id) return null;
  if (madeOf(now) !== made) return `somebody else has changed machine ${was.id}`;
  const leased = await leaseMachine(host, { ...was, instance_id: now.instance_id });
  return awaitHealth(host, await updateMachine(host, leased, { config: was.config ?? {}, region: was.region }));
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
  const isWell = await poll(ctx, ctx.timeoutMs, look).finally(() => releaseLease(ctx, held));
  return isWell ? null : problemOf(seen);
}

/** Starts a machine, unless its change still goes on ("machine getting replaced"). */
async function startMachine(ctx: HostContext, machine: Machine): Promise<undefined> {
  await underLease(ctx, machine)(`POST ${machinePath}/start`, { machine_id: machine.id }, { allow: [409, 412], idempotent: true });
}

/** Destroys what was made where the answer was lost, as soon as it is to be seen; its lease is ours. */
async function destroyMade(host: HostContext, region: string, made: string): Promise<void> {
  const isMade = (each: Machine) => each.region === region && madeOf(each) === made && isReachable(each);
  const machine = await poll(host, lostMs, async () => (await readMachines(host, host.name)).find(isMade));
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
