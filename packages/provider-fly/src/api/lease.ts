import type { Api, HostContext } from "@datasette-publish/core";
import { marks } from "./app.ts";
import { connect, machinePath } from "./client.ts";
import type { Lease, LeaseEnvelope, Machine, Operations } from "./types.ts";

/** Seconds that a lease holds. */
export const ttl = 120;

/** How somebody else's lease is refused, and a nonce whose lease was released or is over (flyctl: "lease not found"). */
const notOurs = [404, 409, 412];

/** Calls operations under a machine's lease, when we have it. */
export function underLease(ctx: HostContext, { nonce }: Machine): Api<Operations> {
  return connect(ctx, nonce ? { "fly-machine-lease-nonce": nonce } : {});
}

/**
 * Takes the lease of a machine, and returns the machine with its `nonce`. With a `nonce` already, its lease is prolonged or,
 * when that has ended meanwhile, taken anew.
 *
 * @throws PublishError `HOST_BUSY` when somebody else has it
 */
export async function leaseMachine(ctx: HostContext, machine: Machine): Promise<Machine> {
  const options = { body: { ttl, description: marks.managed_by }, allow: machine.nonce ? notOurs : [] };
  const { status, body } = await underLease(ctx, machine)(`POST ${machinePath}/lease`, { machine_id: machine.id }, options);
  return notOurs.includes(status) ? leaseMachine(ctx, { ...machine, nonce: "" }) : { ...machine, nonce: nonceOf(body) };
}

/** A machine that we made, with its lease's `nonce`: it was in an answer that was lost. */
export async function readLease(ctx: HostContext, machine: Machine): Promise<Machine> {
  const { status, body } = await connect(ctx)(`GET ${machinePath}/lease`, { machine_id: machine.id }, { allow: [404] });
  return status === 404 ? machine : { ...machine, nonce: nonceOf(body) };
}

/** Ends a machine's lease, when it has one, also after the user cancelled. One that cannot be ended is over after {@link ttl}. */
export async function releaseLease(ctx: HostContext, machine: Machine): Promise<void> {
  const free = { ...ctx, signal: AbortSignal.timeout(10_000) };
  const release = () => underLease(free, machine)(`DELETE ${machinePath}/lease`, { machine_id: machine.id });
  if (machine.nonce) await release().catch(() => undefined);
}

/** The description of the API has a flat lease, its clients and its prose wrap it. */
function nonceOf(lease: Lease | LeaseEnvelope): string {
  return "data" in lease ? lease.data.nonce : lease.nonce;
}
