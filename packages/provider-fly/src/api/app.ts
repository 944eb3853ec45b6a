import { setTimeout as sleep } from "node:timers/promises";
import { PublishError, flag, type HostContext } from "@datasette-publish/core";
import { connect, type Caller } from "./client.ts";
import { guestOf } from "./guest.ts";
import { isReplaced, requireReachable } from "./health.ts";
import { noRoomIn } from "./refusals.ts";
import type { AppSecret, IPAssignment, Machine, Volume } from "./types.ts";

/** States of a volume on its way out, beside those that say `destroy` (fly-go, `destroyedVolumeStates`). */
const leaving = new Set(["fork_cleanup", "waiting_for_detach"]);

/** What is at Fly.io under a site's name. */
export interface Found {
  readonly app: boolean;
  readonly machines: readonly Machine[];
  /** Machines out of reach whose place another one has taken. */
  readonly replaced: readonly Machine[];
  readonly volumes: readonly Volume[];
  readonly secrets: readonly AppSecret[];
  readonly ips: readonly IPAssignment[];
}

/** An app's secrets without their values, and the version that has them all when they were set just now. */
export interface Secrets {
  readonly all: readonly AppSecret[];
  readonly version?: number | undefined;
}

/** Metadata of each machine that this tool makes. */
export const marks = { managed_by: "datasette-publish" };

const lookPauseMs = 1000;

/** Statuses of `GET /tokens/current` for a token that Fly.io may know all the same: it is described for macaroons only. */
const unknownToken = [400, 401, 403, 404, 422];

/**
 * Whose token it is: a user, as a hash, or the organization that a deploy token was made in. When Fly.io does not say,
 * the organization that is published to, if the token can list its apps.
 *
 * @throws PublishError `CREDENTIALS_INVALID`, `CREDENTIALS_INSUFFICIENT`
 */
export async function readAccount(ctx: Caller & Pick<HostContext, "options">): Promise<string> {
  const [fly, org_slug] = [connect(ctx), String(ctx.options["org"])];
  const { status, body } = await fly("GET /tokens/current", {}, { allow: unknownToken });
  const [token] = status === 200 ? body.tokens : [];
  const account = token?.user || token?.organization || token?.org_slug;
  if (status !== 200) await fly("GET /apps", { org_slug });
  return account || org_slug;
}

/**
 * @throws PublishError `OPTION_INVALID` when Fly.io makes no such machine or volume as the options ask for, or none in one of the regions;
 *   `HOST_BUSY` when the machine that has the volume is out of reach, as no other one can take it over
 */
export async function requireMachines(ctx: HostContext, regions: readonly string[], { machines, replaced, volumes }: Found): Promise<void> {
  const { vmSize, memory, volumeName, createVolume: size = 1 } = ctx.options;
  const { Regions = [], regions: rows = Regions } = (await connect(ctx)("GET /platform/regions")).body;
  const codes = rows.filter(({ deprecated }) => deprecated !== true).map(({ code }) => code);
  const unknown = regions.find((code) => !codes.includes(code));
  if (unknown !== undefined) throw invalid("region", `Fly.io has no region ${JSON.stringify(unknown)}.`, `one of ${codes.join(", ")}`);
  if (guestOf(ctx) === null)
    throw invalid(
      "memory",
      `A ${String(vmSize)} cannot have ${String(memory)} MB.`,
      "a multiple of 256, or 1024 for performance sizes, that fits --vm-size",
    );
  if (Number(size) < 1) throw invalid("createVolume", "A volume has at least 1 GB.", "a number of GB from 1");
  const volume = volumes.find(({ name }) => name === volumeName);
  requireReachable([...machines, ...replaced].filter(({ id }) => id === volume?.attached_machine_id));
}

function invalid(option: string, message: string, wanted: string): PublishError {
  return new PublishError("OPTION_INVALID", message, `Give ${flag(option)} ${wanted}.`, { option });
}

/** Reads all of an app. @throws PublishError `NAME_TAKEN` when it is somebody else's, `APP_UNSUITABLE` when not all of its machines are this tool's */
export async function readApp(ctx: HostContext): Promise<Found> {
  const fly = connect(ctx);
  const { status } = await fly("GET /apps/{app_name}", {}, { allow: [404] });
  if (status === 404) return { app: false, machines: [], replaced: [], volumes: [], secrets: [], ips: [] };
  const all = await readMachines(ctx, ctx.name);
  const foreign = all.find((machine) => !isOurs(machine));
  if (foreign !== undefined) throw unsuitable(ctx.name, foreign);
  const { body: volumes } = await fly("GET /apps/{app_name}/volumes");
  return {
    app: true,
    machines: all.filter((machine) => !isReplaced(machine, all)),
    replaced: all.filter((machine) => isReplaced(machine, all)),
    volumes: volumes.filter(({ state = "" }) => !state.includes("destroy") && !leaving.has(state)),
    secrets: (await fly("GET /apps/{app_name}/secrets")).body.secrets,
    ips: (await fly("GET /apps/{app_name}/ip_assignments")).body.ips,
  };
}

function unsuitable(app: string, { id }: Machine): PublishError {
  return new PublishError(
    "APP_UNSUITABLE",
    `App ${app} has machine ${id}, which was not published from here.`,
    "Give another name with --app.",
    { app, machine: id },
  );
}

/** Names of an organization's apps that this tool published. */
export async function readOurApps(ctx: Caller, org_slug: string): Promise<readonly string[]> {
  const { apps } = (await connect(ctx)("GET /apps", { org_slug })).body;
  const ours: string[] = [];
  for (const { name, machine_count: count } of apps) if (count !== 0 && (await readMachines(ctx, name)).some(isOurs)) ours.push(name);
  return ours;
}

/** An app's machines, without those on their way out. Of one whose host is out of reach, all that is known is `incomplete_config` (fly-go). */
async function readMachines(ctx: Caller, app_name: string): Promise<readonly Machine[]> {
  const { body } = await connect(ctx)("GET /apps/{app_name}/machines", { app_name });
  return body
    .filter(({ state }) => !state.startsWith("destroy"))
    .map(({ incomplete_config: rest, config = rest, ...machine }) => (config ? { ...machine, config } : machine));
}

/** Whether this tool published there: its machines or, when a first publish failed, a secret show it. */
export function isPublished({ machines, secrets }: Found): boolean {
  return machines.length > 0 || secrets.some(({ name }) => name === "DATASETTE_SECRET");
}

function isOurs({ config }: Machine): boolean {
  return config?.metadata?.["managed_by"] === marks.managed_by;
}

/** Makes an app, and waits until the API knows it. @throws PublishError `NAME_TAKEN`, `HOST_BUSY` when it never does */
export async function createApp(ctx: HostContext): Promise<void> {
  const fly = connect(ctx);
  const endMs = performance.now() + ctx.timeoutMs;
  await fly("POST /apps", { wait: true }, { body: { name: ctx.name, org_slug: String(ctx.options["org"]) } });
  for (;;) {
    const { status } = await fly("GET /apps/{app_name}", {}, { allow: [401, 404] });
    if (status === 200) return;
    if (performance.now() > endMs)
      throw new PublishError("HOST_BUSY", `Fly.io made app ${ctx.name}, and does not know it yet.`, "Publish again in some minutes.", {
        app: ctx.name,
        status,
      });
    await sleep(lookPauseMs, undefined, ctx.signal ? { signal: ctx.signal } : {});
  }
}

/** Removes an app and all it has. */
export async function removeApp(ctx: HostContext): Promise<void> {
  await connect(ctx)("DELETE /apps/{app_name}", { force: true }, { allow: [404] });
}

/** The kinds of address that a public app has to have, and lacks. */
export function missingAddresses({ ips }: Found): readonly string[] {
  const addresses = ips.map(({ ip }) => ip).filter((ip) => !ip.startsWith("fdaa:"));
  return [...(addresses.some((ip) => ip.includes(":")) ? [] : ["v6"]), ...(addresses.some((ip) => ip.includes(".")) ? [] : ["shared_v4"])];
}

export async function assignAddress(ctx: HostContext, type: string): Promise<void> {
  await connect(ctx)("POST /apps/{app_name}/ip_assignments", {}, { body: { type } });
}

/** Sets secrets, and reads the digests of all. `version` is the least that a machine started from now on has to wait for. */
export async function setSecrets(ctx: HostContext, values: Readonly<Record<string, string>>): Promise<Secrets> {
  const fly = connect(ctx);
  const { body } = await fly("POST /apps/{app_name}/secrets", {}, { body: { values }, idempotent: true });
  return { all: (await fly("GET /apps/{app_name}/secrets")).body.secrets, version: body.version ?? body.Version };
}

/** Makes the volume that the options ask for, where there is room for the machine, and returns its id. */
export async function createVolume(ctx: HostContext, region: string): Promise<string> {
  const { volumeName, createVolume: size } = ctx.options;
  const body = { name: String(volumeName), region, size_gb: Number(size), compute: guestOf(ctx) ?? {} };
  return (await connect(ctx)("POST /apps/{app_name}/volumes", {}, { body }).catch(noRoomIn(region))).body.id;
}
