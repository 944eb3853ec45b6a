import { setTimeout as sleep } from "node:timers/promises";
import { isPublishError, type HostContext, type Release } from "@datasette-publish/core";
import { connect, machinePath, type Fly } from "./client.ts";
import { isReachable, isUnchecked, isWell, problemOf } from "./health.ts";
import { noRoomIn } from "./refusals.ts";
import type { Lease, LeaseEnvelope, Machine, MachineConfig } from "./types.ts";

/** Seconds that a lease holds, and milliseconds after which it is renewed while a machine is waited for. */
const ttl = 120;
const renewalMs = 45_000;

/** Seconds that one wait may take: the API's most. */
const timeout = 60;

/** How a wait ends that is over, or that the machine will not come to: what it does instead, it says itself. */
const notThere = [400, 408, 409, 412];

/** A machine that was made just now "may not be visible yet" (flyctl, `WaitForState`). */
const allowNew = (isNew: boolean) => (isNew ? [404] : []);

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
  /** Told of the machine as soon as it is changed or made. */
  readonly started: (machine: Machine) => unknown;
}

/** Makes or changes a machine under its lease, and waits; says what is wrong with it at the end, or null. */
export async function startMachine(ctx: HostContext, { was, config, secretsVersion, started }: Start): Promise<string | null> {
  const more = { config, region: was.region, ...(secretsVersion === undefined ? {} : { min_secrets_version: secretsVersion }) };
  const former = "id" in was ? was : undefined;
  const explain = noRoomIn(was.region);
  const made = former ?? (await connect(ctx)("POST /apps/{app_name}/machines", {}, { body: more }).catch(explain)).body;
  if (former === undefined) started(made);
  return underLease(ctx, made.id, former === undefined, async (fly) => {
    const update = { ...more, current_version: made.instance_id };
    const change = () => fly(`POST ${machinePath}`, { machine_id: made.id }, { body: update }).catch(explain);
    const machine = former === undefined ? made : (await change()).body;
    if (former !== undefined) started(machine);
    return awaitHealth(fly, machine, former === undefined, ctx);
  });
}

/** Destroys a machine, running or not. One whose host is out of reach may have to wait for a later publish. */
export async function removeMachine(ctx: HostContext, machine: Machine): Promise<void> {
  const removal = connect(ctx)(`DELETE ${machinePath}`, { machine_id: machine.id, force: true }, { allow: [404] });
  await removal.catch((error: unknown) => {
    if (isReachable(machine) || !isPublishError(error)) throw error;
  });
}

/** Whether a machine is well, once its checks are made if it has just started. */
export async function getsWell(ctx: HostContext, machine: Machine): Promise<boolean> {
  const [endMs, machine_id] = [performance.now() + ctx.timeoutMs, machine.id];
  let now = machine;
  while (isUnchecked(now) && performance.now() < endMs) {
    await sleep(firstPauseMs, undefined, ctx.signal ? { signal: ctx.signal } : {});
    now = (await connect(ctx)(`GET ${machinePath}`, { machine_id })).body;
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

/** Gives `work` a client that alone may change the machine. The lease ends with the work, also when that was cancelled. */
async function underLease<T>(ctx: HostContext, machine_id: string, isNew: boolean, work: (fly: Fly) => Promise<T>): Promise<T> {
  const lease = await takeLease(ctx, machine_id, isNew);
  try {
    return await work(connect(ctx, lease));
  } finally {
    const uncancelled = connect({ ...ctx, signal: AbortSignal.timeout(10_000) }, lease);
    await uncancelled(`DELETE ${machinePath}/lease`, { machine_id }).catch(() => undefined);
  }
}

/** A machine that is new is asked for its lease until it is visible. */
async function takeLease(ctx: HostContext, machine_id: string, isNew: boolean): Promise<Lease | LeaseEnvelope> {
  const [endMs, body] = [performance.now() + ctx.timeoutMs, { ttl, description: "datasette-publish" }];
  for (;;) {
    const allow = allowNew(isNew && performance.now() < endMs);
    const { status, body: lease } = await connect(ctx)(`POST ${machinePath}/lease`, { machine_id }, { body, allow });
    if (status !== 404) return lease;
    await sleep(firstPauseMs, undefined, ctx.signal ? { signal: ctx.signal } : {});
  }
}

/** Waits until this version of a machine has started and its checks pass. */
async function awaitHealth(
  fly: Fly,
  { id: machine_id, instance_id: version }: Machine,
  isNew: boolean,
  { timeoutMs, signal }: HostContext,
): Promise<string | null> {
  const allow = allowNew(isNew);
  const endMs = performance.now() + timeoutMs;
  let renewedMs = performance.now();
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    await fly(`GET ${machinePath}/wait`, { machine_id, version, state: "started", timeout }, { allow: [...notThere, ...allow] });
    const { status, body } = await fly(`GET ${machinePath}`, { machine_id }, { allow });
    const machine = status === 404 ? undefined : body;
    if (machine?.state === "started" && isWell(machine)) return null;
    if (performance.now() > endMs || /stopped|failed|destroy/.test(machine?.state ?? "")) return problemOf(machine);
    if (performance.now() > renewedMs + renewalMs) {
      await fly(`POST ${machinePath}/lease`, { machine_id }, { body: { ttl } });
      renewedMs = performance.now();
    }
    await sleep(pauseMs, undefined, signal ? { signal } : {});
  }
}
