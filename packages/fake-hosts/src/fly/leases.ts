import type { Answer, Call, Handler } from "@datasette-publish/testkit";
import { FlyRefusal, appOf, machineOf } from "./answers.ts";
import { flyUlid, type FlyLease, type FlyMachine, type FlyModel } from "./model.ts";

const owner = "me@example.test";

/** Seconds, when a request does not say. */
const defaultTtl = 30;

/** Leases of machines: who has the nonce may change the machine, until its time is over. */
export function flyLeaseHandlers(model: FlyModel): Record<string, Handler> {
  const path = "/apps/{app_name}/machines/{machine_id}/lease";
  return {
    [`GET ${path}`]: (call) => {
      const machine = machineOf(appOf(model, call), call);
      const lease = leaseOf(model, machine);
      if (lease === null) throw new FlyRefusal(404, "lease not found");
      return leaseAnswer(200, machine, lease, model);
    },
    [`POST ${path}`]: (call) => {
      const machine = machineOf(appOf(model, call), call);
      mustHoldLease(model, machine, call);
      const { ttl = Number(call.query.get("ttl") ?? defaultTtl), description = "" } = (call.body ?? {}) as {
        ttl?: number;
        description?: string;
      };
      return leaseAnswer(201, machine, grantLease(model, machine, ttl, description), model);
    },
    [`DELETE ${path}`]: (call) => {
      const machine = machineOf(appOf(model, call), call);
      if (leaseOf(model, machine) === null) throw new FlyRefusal(404, "lease not found");
      mustHoldLease(model, machine, call);
      machine.lease = null;
      return { status: 200, body: { ok: true } };
    },
  };
}

/** The lease that is held now. */
export function leaseOf({ clock }: FlyModel, { lease }: FlyMachine): FlyLease | null {
  return lease !== null && clock.now() < lease.expiresAtMs ? lease : null;
}

/** A new lease for `ttl` seconds, or as much time from now for the one that is held. */
export function grantLease(model: FlyModel, machine: FlyMachine, ttl: number, description = ""): FlyLease {
  const nonce = leaseOf(model, machine)?.nonce ?? flyUlid().slice(-12).toLowerCase();
  machine.lease = { nonce, description, expiresAtMs: model.clock.now() + ttl * 1000 };
  return machine.lease;
}

/**
 * Refuses a change of a machine that another holds, and one under a lease that is over: whether Fly.io refuses that too, or takes it for
 * none, is not described. flyctl drops a nonce that it gave back.
 */
export function mustHoldLease(model: FlyModel, machine: FlyMachine, { headers }: Call): void {
  const given = headers["fly-machine-lease-nonce"];
  const held = leaseOf(model, machine);
  if (held !== null && given !== held.nonce) {
    const message = `machine ID ${machine.id} lease currently held by ${owner}, expires at ${new Date(expiryOf(model, held) * 1000).toISOString()}`;
    throw new FlyRefusal(409, { status: "error", message, code: "invalid" });
  }
  if (held === null && given !== undefined) throw new FlyRefusal(409, "aborted: machine lease is over");
}

function leaseAnswer(status: number, machine: FlyMachine, lease: FlyLease, model: FlyModel): Answer {
  const { nonce, description } = lease;
  const data = { nonce, description, owner, version: machine.instanceId, expires_at: expiryOf(model, lease) };
  return { status, body: model.flatLeases ? data : { status: "success", data } };
}

/** Seconds since 1970. */
function expiryOf({ clock }: FlyModel, { expiresAtMs }: FlyLease): number {
  return Math.ceil((Date.now() + expiresAtMs - clock.now()) / 1000);
}
