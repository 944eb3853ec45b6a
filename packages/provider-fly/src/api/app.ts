import { setTimeout as sleep } from "node:timers/promises";
import { PublishError, flag, type HostContext } from "@datasette-publish/core";
import { connect, type Caller } from "./client.ts";
import { guestOf } from "./guest.ts";
import { noRoomIn } from "./refusals.ts";
import type { AppSecret, IPAssignment, Machine, Volume } from "./types.ts";

/** What is at Fly.io under a site's name. */
export interface Found {
  readonly app: boolean;
  readonly machines: readonly Machine[];
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

const appLooks = 30;
const lookPauseMs = 1000;

/** Whose token it is: a user, as a hash, or the organization that a deploy token was made in. */
export async function readAccount(ctx: Caller): Promise<string> {
  const [token] = (await connect(ctx)("GET /tokens/current")).body.tokens;
  return token?.user ?? token?.organization ?? token?.org_slug ?? "";
}

/** @throws PublishError `OPTION_INVALID` when Fly.io makes no such machine or volume as the options ask for, or none in one of the regions */
export async function requireMachines(ctx: HostContext, regions: readonly string[]): Promise<void> {
  const { vmSize, memory, createVolume: size = 1 } = ctx.options;
  const rows = (await connect(ctx)("GET /platform/regions")).body.regions.filter(({ deprecated }) => deprecated !== true);
  const codes = rows.map(({ code }) => code);
  const unknown = regions.find((code) => !codes.includes(code));
  if (unknown !== undefined) throw invalid("region", `Fly.io has no region ${JSON.stringify(unknown)}.`, `one of ${codes.join(", ")}`);
  if (guestOf(ctx) === null)
    throw invalid("memory", `A ${String(vmSize)} cannot have ${String(memory)} MB.`, "a multiple of 256 that fits --vm-size");
  if (Number(size) < 1) throw invalid("createVolume", "A volume has at least 1 GB.", "a number of GB from 1");
}

function invalid(option: string, message: string, wanted: string): PublishError {
  return new PublishError("OPTION_INVALID", message, `Give ${flag(option)} ${wanted}.`, { option });
}

/** Reads all of an app. @throws PublishError `NAME_TAKEN` when it is somebody else's, `APP_UNSUITABLE` when not all of its machines are this tool's */
export async function readApp(ctx: HostContext): Promise<Found> {
  const fly = connect(ctx);
  const { status } = await fly("GET /apps/{app_name}", {}, { allow: [404] });
  if (status === 404) return { app: false, machines: [], volumes: [], secrets: [], ips: [] };
  const machines = await readMachines(ctx, ctx.name);
  const foreign = machines.find((machine) => !isOurs(machine));
  if (foreign !== undefined) throw unsuitable(ctx.name, foreign);
  const { body: volumes } = await fly("GET /apps/{app_name}/volumes");
  return {
    app: true,
    machines,
    volumes: volumes.filter(({ state = "" }) => !state.includes("destroy")),
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

/** An app's machines, without those on their way out. */
async function readMachines(ctx: Caller, app_name: string): Promise<readonly Machine[]> {
  return (await connect(ctx)("GET /apps/{app_name}/machines", { app_name })).body.filter(({ state }) => !state.startsWith("destroy"));
}

/** Whether this tool published there: its machines or, when a first publish failed, a secret show it. */
export function isPublished({ machines, secrets }: Found): boolean {
  return machines.length > 0 || secrets.some(({ name }) => name === "DATASETTE_SECRET");
}

function isOurs({ config }: Machine): boolean {
  return config?.metadata?.["managed_by"] === marks.managed_by;
}

/** Makes an app, and waits until the API knows it. @throws PublishError `NAME_TAKEN` */
export async function createApp(ctx: HostContext): Promise<void> {
  const fly = connect(ctx);
  await fly("POST /apps", {}, { body: { name: ctx.name, org_slug: String(ctx.options["org"]) } });
  for (let looks = appLooks; looks > 0; looks--) {
    const { status } = await fly("GET /apps/{app_name}", {}, { allow: [401, 404] });
    if (status === 200) return;
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

/** Makes the volume that the options ask for, and returns its id. */
export async function createVolume(ctx: HostContext, region: string): Promise<string> {
  const { volumeName, createVolume: size } = ctx.options;
  const body = { name: String(volumeName), region, size_gb: Number(size) };
  return (await connect(ctx)("POST /apps/{app_name}/volumes", {}, { body }).catch(noRoomIn(region))).body.id;
}
