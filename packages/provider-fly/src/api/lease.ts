import type { Api, HostContext } from "@datasette-publish/core/provider";
import { marks } from "./app.ts";
import { connect, machinePath } from "./client.ts";
import type { Lease, LeaseEnvelope, Machine, Operations } from "./types.ts";

/** Seconds that a lease holds: the description of the API has it in the body, fly-go in the query. */
export const ttl = 120;

/** What a run's leases are called, by which one is found whose answer was lost. */
const descriptionOf = ({ session }: HostContext): string => `${marks.managed_by} ${session.id}`;

/** Milliseconds that somebody else's lease is waited for, as fly-go does: Fly.io's proxy has one while it starts or stops a machine. */
const othersMs = 60_000;

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
 * @throws PublishError `HOST_BUSY` when somebody else keeps it
 */
export async function leaseMachine(ctx: HostContext, machine: Machine): Promise<Machine> {
  const description = descriptionOf(ctx);
  const takeUnless = async (refusals: readonly number[]): Promise<Lease | undefined> => {
    const options = { body: { ttl, description }, allow: refusals, idempotent: true };
    const body = await underLease(ctx, machine)(`POST ${machinePath}/lease`, { machine_id: machine.id, ttl }, options);
    if (body !== null) return leaseIn(body);
    const held = await readLease(ctx, machine);
    return held?.description === description ? held : undefined;
  };
  const own = machine.nonce ? await takeUnless(notOurs) : undefined;
  if (machine.nonce && own === undefined) return leaseMachine(ctx, { ...machine, nonce: "" });
  const free = own ?? (await ctx.poll(Math.min(othersMs, ctx.timeoutMs), () => takeUnless([409]))) ?? (await takeUnless([]))!;
  return { ...machine, nonce: free.nonce };
}

/** The lease that a machine has; undefined for none. */
export async function readLease(ctx: HostContext, { id: machine_id }: Machine): Promise<Lease | undefined> {
  const body = await connect(ctx)(`GET ${machinePath}/lease`, { machine_id }, { allow: [404] });
  return body === null ? undefined : leaseIn(body);
}

/** Ends a machine's lease, when it has one, also after the user cancelled. One that cannot be ended is over after {@link ttl}. */
export async function releaseLease(ctx: HostContext, machine: Machine): Promise<void> {
  const free = { ...ctx, signal: AbortSignal.timeout(10_000) };
  const release = () => underLease(free, machine)(`DELETE ${machinePath}/lease`, { machine_id: machine.id });
  if (machine.nonce) await release().catch(() => undefined);
}

/** The description of the API has a flat lease, its clients and its prose wrap it. */
function leaseIn(body: Lease | LeaseEnvelope): Lease {
  return "data" in body ? body.data : body;
}
