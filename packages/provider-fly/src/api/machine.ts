import { setTimeout as sleep } from "node:timers/promises";
import { isPublishError, type HostContext, type Release } from "@datasette-publish/core";
import { connect, machinePath, type Fly } from "./client.ts";
import { isReachable, isUnchecked, isWell, problemOf } from "./health.ts";
import { noRoomIn } from "./refusals.ts";
import type { CreateMachineRequest, Lease, LeaseEnvelope, Machine, MachineConfig } from "./types.ts";

/** Seconds that a lease holds, and milliseconds after which it is renewed while a machine is waited for. */
const ttl = 120;
const renewalMs = 45_000;

/** Seconds that one wait may take: the API's most. */
const timeout = 60;

/** How a wait ends that is over, or that the machine will not come to: what it does instead, it says itself. */
const notThere = [400, 408, 409, 412];

/** Milliseconds between two looks at a machine: the first, and the most. */
const firstPauseMs = 100;
const longestPauseMs = 2000;

/** Hexadecimal digits of a release's id. */
const idLength = 12;

/** What to start: the machine as it was, or where to make one. */
export interface Start {
  readonly was: Machine | { readonly region: string };
  readonly config: MachineConfig;
  /** The version of the secrets that it has to start with. */
  readonly secretsVersion?: number | undefined;
  /** Told of the machine as soon as it is made; of one that there is, before it is changed. */
  readonly changing: (machine: Machine) => unknown;
}

/** Makes or changes a machine under its lease, and waits; says what is wrong with it at the end, or null. */
export async function startMachine(ctx: HostContext, start: Start): Promise<string | null> {
  const { was, config, secretsVersion, changing } = start;
  const body = { config, region: was.region, ...(secretsVersion === undefined ? {} : { min_secrets_version: secretsVersion }) };
  if (!("id" in was)) {
    const made = await createMachine(ctx, body);
    changing(made);
    const lease = made.nonce ? { nonce: made.nonce } : undefined;
    return underLease(ctx, made.id, lease, () => awaitHealth(ctx, made, lease, true));
  }
  const lease = await takeLease(ctx, was.id);
  return underLease(ctx, was.id, lease, async (fly) => {
    changing(was);
    const update = { ...body, current_version: was.instance_id };
    const updated = await fly(`POST ${machinePath}`, { machine_id: was.id }, { body: update }).catch(noRoomIn(was.region));
    return awaitHealth(ctx, updated.body, lease, false);
  });
}

/** Makes a machine whose lease is ours from the beginning: the answer has its `nonce`. Ctrl-C waits for the answer, so that the machine is known. */
async function createMachine(ctx: HostContext, body: CreateMachineRequest & { readonly region: string }): Promise<Machine> {
  const { signal, ...caller } = ctx;
  signal?.throwIfAborted();
  const creation = connect(caller)("POST /apps/{app_name}/machines", {}, { body: { ...body, lease_ttl: ttl } });
  return (await creation.catch(noRoomIn(body.region))).body;
}

/** Reads one machine. */
export async function readMachine(ctx: HostContext, machine_id: string): Promise<Machine> {
  return (await connect(ctx)(`GET ${machinePath}`, { machine_id })).body;
}

/** Destroys a machine, running or not. @throws PublishError also when there is none: one that is not visible yet may come */
export async function destroyMachine(ctx: HostContext, { id: machine_id }: Machine): Promise<void> {
  await connect(ctx)(`DELETE ${machinePath}`, { machine_id, force: true });
}

/** Destroys a machine that may be gone already. One whose host is out of reach may have to wait for a later publish. */
export async function removeMachine(ctx: HostContext, machine: Machine): Promise<void> {
  await destroyMachine(ctx, machine).catch((error: unknown) => {
    if (!isPublishError(error) || (isReachable(machine) && error.facts["status"] !== 404)) throw error;
  });
}

/** Whether a machine is well, once its checks are made if it has just started. */
export async function getsWell(ctx: HostContext, machine: Machine): Promise<boolean> {
  const endMs = performance.now() + ctx.timeoutMs;
  let now = machine;
  while (isUnchecked(now) && performance.now() < endMs) {
    await sleep(firstPauseMs, undefined, ctx.signal ? { signal: ctx.signal } : {});
    now = await readMachine(ctx, machine.id);
  }
  return isWell(now);
}

/** Where these machines are, the region first that they know as their primary one. */
export function regionsOf(machines: readonly Machine[]): readonly string[] {
  const regions = machines.map(({ region }) => region);
  const primary = machines.map(({ config }) => config?.env?.["PRIMARY_REGION"] ?? "").find((region) => regions.includes(region));
  return primary === undefined ? regions : [primary, ...regions];
}

/** The digest in an image's reference. */
export function digestOf(image: string | undefined): string {
  return image?.split("@")[1] ?? "";
}

/** What serves, and what it replaced: called by the first digits of their images, described by those. */
export function releasesOf(machines: readonly Machine[]): readonly Release[] {
  const images = machines.flatMap(({ config }) => [config?.image ?? "", config?.metadata?.["previous"] ?? ""]);
  return [...new Set(images.filter(Boolean))].map((image, at) => ({
    id: digestOf(image).slice("sha256:".length).slice(0, idLength),
    current: at === 0,
    status: "",
    description: image,
    createdAt: null,
  }));
}

/** A machine's configuration with the image of another release; its own is the `previous` one then. */
export function withImage(config: MachineConfig | undefined, image: string): MachineConfig {
  const previous = config?.image ?? image;
  return { ...config, image, metadata: { ...config?.metadata, release: digestOf(image), previous, made: image } };
}

type Held = Lease | LeaseEnvelope;

/** Gives `work` a client that alone may change the machine. The lease ends with the work, also when that was cancelled. */
async function underLease<T>(ctx: HostContext, machine_id: string, lease: Held | undefined, work: (fly: Fly) => Promise<T>): Promise<T> {
  try {
    return await work(connect(ctx, lease));
  } finally {
    const release = connect({ ...ctx, signal: AbortSignal.timeout(10_000) }, lease);
    if (lease !== undefined) await release(`DELETE ${machinePath}/lease`, { machine_id }).catch(() => undefined);
  }
}

async function takeLease(ctx: HostContext, machine_id: string): Promise<Held> {
  return (await connect(ctx)(`POST ${machinePath}/lease`, { machine_id }, { body: { ttl, description: "datasette-publish" } })).body;
}

/** Waits until this version of a machine has started and its checks pass. */
async function awaitHealth(ctx: HostContext, { id: machine_id, instance_id: version }: Machine, lease: Held | undefined, isNew: boolean) {
  const [fly, { timeoutMs, signal }] = [connect(ctx, lease), ctx];
  /** A machine that was made just now "may not be visible yet" (flyctl, `WaitForState`). */
  const allow = isNew ? [404] : [];
  const endMs = performance.now() + timeoutMs;
  let renewedMs = performance.now();
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    await fly(`GET ${machinePath}/wait`, { machine_id, version, state: "started", timeout }, { allow: [...notThere, ...allow] });
    const { status, body } = await fly(`GET ${machinePath}`, { machine_id }, { allow });
    const machine = status === 404 ? undefined : body;
    if (machine?.state === "started" && isWell(machine)) return null;
    if (performance.now() > endMs || /stopped|failed|destroy/.test(machine?.state ?? "")) return problemOf(machine);
    if (lease !== undefined && performance.now() > renewedMs + renewalMs) {
      await fly(`POST ${machinePath}/lease`, { machine_id }, { body: { ttl } });
      renewedMs = performance.now();
    }
    await sleep(pauseMs, undefined, signal ? { signal } : {});
  }
}
