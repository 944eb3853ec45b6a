import { PublishError, isPublishError, poll, type Api, type HostContext, type Task } from "@datasette-publish/core";
import { marks, readMachines } from "./app.ts";
import { connect, machinePath } from "./client.ts";
import { healthOf, isReachable, problemOf } from "./health.ts";
import type { CreateMachineRequest, Lease, LeaseEnvelope, Machine, Operations, UpdateMachineRequest } from "./types.ts";

/** Seconds that a lease holds, and milliseconds after which it is renewed while a machine is waited for. */
const ttl = 120;
const renewalMs = 45_000;

/** Milliseconds after which a machine whose making was not answered was not made. */
const lostMs = 5000;

/** Seconds that one wait may take: the API's most. */
const timeout = 60;

/** How a wait ends that is over, or that the machine will not come to: what it does instead, it says itself. */
const notThere = [400, 404, 408, 409, 412];

/**
 * Makes a machine in a region, or changes the one `was` there, unless that is well and as it is to be.
 * It can be undone from the moment on that its change is sent, as the answer may be lost; not when it was refused.
 */
export function machineTask(ctx: HostContext, region: string, was: Machine | undefined, requested: () => UpdateMachineRequest): Task {
  let undo: Task["undo"];
  const unlessRefused = (error: unknown): never => {
    const status = isPublishError(error) ? Number(error.facts["status"]) : 0;
    if (status >= 400 && status < 500 && status !== 408) undo = undefined;
    throw error;
  };
  const run = async (): Promise<void> => {
    const request = { ...requested(), region };
    const made = madeOf(request);
    if (was && madeOf(was) === made && (await getsWell(ctx, was))) return;
    const leased = was && (await leaseMachine(ctx, was));
    undo = was ? (host) => putBack(host, was, made) : (host) => destroyMade(host, region, made);
    const machine = leased ?? (await createMachine(ctx, request).catch(unlessRefused));
    if (!was) undo = (host) => destroyMachine(host, machine);
    const problem = await startMachine(ctx, machine, was && request, unlessRefused);
    if (problem === null) return;
    const hint = `Look at its log with fly logs --app ${ctx.name}, then publish again.`;
    const facts = { app: ctx.name, problem, restored: null };
    throw new PublishError("DEPLOYMENT_UNHEALTHY", `The site is not well: ${problem}.`, hint, facts);
  };
  return {
    verb: was ? "update" : "create",
    target: `machine in ${region}`,
    run,
    get undo() {
      return undo;
    },
  };
}

/** Removes a machine that may be gone already. One whose host is out of reach may have to wait for a later publish. */
export function removalTask(ctx: HostContext, machine: Machine): Task {
  const run = () =>
    destroyMachine(ctx, machine, [404]).catch((error: unknown) => {
      if (ctx.signal?.aborted || isReachable(machine)) throw error;
    });
  return { verb: "remove", target: `machine in ${machine.region}`, run };
}

/** Whether an unchanged machine is well, once its checks are made if it has just started. */
async function getsWell(ctx: HostContext, machine: Machine): Promise<boolean> {
  const health = healthOf(machine);
  return health === "starting" ? (await startMachine(ctx, machine)) === null : health !== "failed";
}

/** Makes a machine what it was, unless it still is, or is somebody else's by now. Returns what is wrong with it, or null. */
async function putBack(host: HostContext, was: Machine, made: string): Promise<string | null> {
  const { body: now } = await connect(host)(`GET ${machinePath}`, { machine_id: was.id });
  if (now.instance_id === was.instance_id) return null;
  if (madeOf(now) !== made) return `somebody else has changed machine ${was.id}`;
  return startMachine(host, await leaseMachine(host, now), { config: was.config ?? {}, region: was.region });
}

/** What a machine was made of, as this tool notes it. */
function madeOf({ config }: Pick<Machine, "config">): string {
  return config?.metadata?.["made"] ?? "";
}

/** Makes a machine whose lease is ours from the beginning. */
async function createMachine(ctx: HostContext, request: CreateMachineRequest): Promise<Machine> {
  return (await connect(ctx)("POST /apps/{app_name}/machines", {}, { body: { ...request, lease_ttl: ttl } })).body;
}

/** Destroys what was made where the answer was lost, as soon as it is to be seen; its lease is ours. */
async function destroyMade(host: HostContext, region: string, made: string): Promise<void> {
  const isMade = (machine: Machine) => machine.region === region && madeOf(machine) === made && isReachable(machine);
  const machines = await poll(host, lostMs, async () => {
    const found = (await readMachines(host, host.name)).filter(isMade);
    return found.length > 0 ? found : undefined;
  });
  for (const { id: machine_id } of machines ?? []) {
    const { status, body } = await connect(host)(`GET ${machinePath}/lease`, { machine_id }, { allow: [404] });
    const lease = status === 404 ? {} : leaseHeaders(nonceOf(body));
    await connect(host, lease)(`DELETE ${machinePath}`, { machine_id, force: true });
  }
}

/** Takes the lease of a machine, and returns the machine with its `nonce`. */
async function leaseMachine(ctx: HostContext, machine: Machine): Promise<Machine> {
  const body = { ttl, description: marks.managed_by };
  const lease = await connect(ctx)(`POST ${machinePath}/lease`, { machine_id: machine.id }, { body });
  return { ...machine, nonce: nonceOf(lease.body) };
}

/** The description of the API has a flat lease, its clients and its prose wrap it. */
function nonceOf(lease: Lease | LeaseEnvelope): string {
  return "data" in lease ? lease.data.nonce : lease.nonce;
}

const leaseHeaders = (nonce: string): Record<string, string> => ({ "fly-machine-lease-nonce": nonce });

/**
 * Changes a machine, unless it was made just now or is as it is to be, and waits until it has started and its checks pass.
 * Its lease, when it has one, ends then, also when the user cancels. Returns what is wrong with it, or null.
 */
async function startMachine(
  ctx: HostContext,
  machine: Machine,
  change?: UpdateMachineRequest,
  onFailure?: (error: unknown) => never,
): Promise<string | null> {
  const { id: machine_id, instance_id: current_version, nonce } = machine;
  const lease = nonce === undefined ? {} : leaseHeaders(nonce);
  const fly = connect(ctx, lease);
  try {
    const changed =
      change && (await fly(`POST ${machinePath}`, { machine_id }, { body: { ...change, current_version } }).catch(onFailure)).body;
    return await awaitHealth(ctx, fly, { ...machine, ...changed });
  } finally {
    const release = connect({ ...ctx, signal: AbortSignal.timeout(10_000) }, lease);
    if (nonce !== undefined) await release(`DELETE ${machinePath}/lease`, { machine_id }).catch(() => undefined);
  }
}

/** What is wrong with this version of a machine at the deadline, or null. One that was made just now "may not be visible yet" (flyctl, `WaitForState`). */
async function awaitHealth(ctx: HostContext, fly: Api<Operations>, { id: machine_id, instance_id: version, nonce }: Machine) {
  let machine: Machine | undefined;
  let heldMs = performance.now();
  const isWell = await poll(ctx, ctx.timeoutMs, async () => {
    if (nonce !== undefined && performance.now() > heldMs + renewalMs) {
      await fly(`POST ${machinePath}/lease`, { machine_id }, { body: { ttl } });
      heldMs = performance.now();
    }
    await fly(`GET ${machinePath}/wait`, { machine_id, version, state: "started", timeout }, { allow: notThere });
    const { status, body } = await fly(`GET ${machinePath}`, { machine_id }, { allow: [404] });
    machine = status === 404 ? undefined : body;
    if (machine === undefined) return undefined;
    return healthOf(machine) === "running" || (/stopped|failed|destroy/.test(machine.state) ? false : undefined);
  });
  return isWell ? null : problemOf(machine);
}

/** Destroys a machine, running or not. Without `allow` 404, one that is not there is an error: if it is not visible yet, it may come. */
async function destroyMachine(ctx: HostContext, { id: machine_id }: Machine, allow: readonly number[] = []): Promise<void> {
  await connect(ctx)(`DELETE ${machinePath}`, { machine_id, force: true }, { allow });
}
