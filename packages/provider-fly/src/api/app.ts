import { setTimeout as sleep } from "node:timers/promises";
import { PublishError, isPublishError, siteMark, type HostContext } from "@datasette-publish/core";
import { connect, type Caller } from "./client.ts";
import { isReplaced } from "./health.ts";
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

/** Reads all of an app. @throws PublishError `NAME_TAKEN` when it is somebody else's, `APP_UNSUITABLE` when it is the user's, and not this tool's */
export async function readApp(ctx: HostContext): Promise<Found> {
  const fly = connect(ctx);
  const { status } = await fly("GET /apps/{app_name}", {}, { allow: [404] });
  if (status === 404) return { app: false, machines: [], replaced: [], volumes: [], secrets: [], ips: [] };
  const all = await readMachines(ctx, ctx.name);
  const { body: volumes } = await fly("GET /apps/{app_name}/volumes");
  const found: Found = {
    app: true,
    machines: all.filter((machine) => !isReplaced(machine, all)),
    replaced: all.filter((machine) => isReplaced(machine, all)),
    volumes: volumes.filter(({ state = "" }) => !state.includes("destroy") && !leaving.has(state)),
    secrets: (await fly("GET /apps/{app_name}/secrets")).body.secrets,
    ips: (await fly("GET /apps/{app_name}/ip_assignments")).body.ips,
  };
  requireOurs(ctx, found);
  return found;
}

/** An app is this tool's by its mark or its machines, and when there is nothing in it yet. */
function requireOurs({ name: app }: HostContext, found: Found): void {
  const { machines, replaced, volumes, secrets } = found;
  const others = [...machines, ...replaced].filter((machine) => !isOurs(machine)).map(({ id }) => `machine ${id}`);
  const belongings = [...volumes.map(({ id }) => `volume ${id}`), ...secrets.map(({ name }) => `secret ${name}`)];
  const [foreign] = [...others, ...(isPublished(found) ? [] : belongings)];
  if (foreign === undefined) return;
  const message = `App ${app} has ${foreign}, and was not published from here.`;
  throw new PublishError("APP_UNSUITABLE", message, "Give another name with --app.", { app, foreign });
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

/** Whether this tool published there: its machines or, when a first publish failed, its mark show it. */
export function isPublished({ machines, secrets }: Found): boolean {
  return machines.length > 0 || isMarked(secrets);
}

/** The site that is published there, as its machines say. */
export function siteOf({ machines }: Found): { readonly site?: string } {
  const site = machines.map(({ config }) => config?.metadata?.["site"]).find(Boolean);
  return site === undefined ? {} : { site };
}

/** The mark, unless the app has it. */
export function missingMark({ siteName }: HostContext, { secrets }: Found): Readonly<Record<string, string>> {
  return isMarked(secrets) ? {} : { [siteMark]: siteName };
}

/** Fly.io shows no values, so the name alone counts. */
function isMarked(secrets: Found["secrets"]): boolean {
  return secrets.some(({ name }) => name === siteMark);
}

function isOurs({ config }: Machine): boolean {
  return config?.metadata?.["managed_by"] === marks.managed_by;
}

/** Makes an app, and waits until the API knows it. @throws PublishError `NAME_TAKEN`, `HOST_BUSY` when it never does */
export async function createApp(ctx: HostContext): Promise<void> {
  const fly = connect(ctx);
  const endMs = performance.now() + ctx.timeoutMs;
  const creation = fly("POST /apps", { wait: true }, { body: { name: ctx.name, org_slug: String(ctx.options["org"]) } });
  await creation.catch(async (error: unknown) => {
    if (!isPublishError(error) || error.code !== "NAME_TAKEN" || !(await hasApp(ctx))) throw error;
  });
  while (!(await hasApp(ctx))) {
    if (performance.now() > endMs)
      throw new PublishError("HOST_BUSY", `Fly.io made app ${ctx.name}, and does not know it yet.`, "Publish again in some minutes.", {
        app: ctx.name,
      });
    await sleep(lookPauseMs, undefined, ctx.signal ? { signal: ctx.signal } : {});
  }
}

/** Whether there is an app that the token has access to; another publish may just have made it. */
async function hasApp(ctx: HostContext): Promise<boolean> {
  return (await connect(ctx)("GET /apps/{app_name}", {}, { allow: [401, 403, 404] })).status === 200;
}

/** Removes an app and all it has. */
export async function removeApp(ctx: HostContext): Promise<void> {
  await connect(ctx)("DELETE /apps/{app_name}", { force: true }, { allow: [404] });
}

/** The kinds of address that a public app has to have, and lacks. */
export function missingAddresses({ ips }: Pick<Found, "ips">): readonly string[] {
  const addresses = ips.map(({ ip }) => ip).filter((ip) => !ip.startsWith("fdaa:"));
  return [...(addresses.some((ip) => ip.includes(":")) ? [] : ["v6"]), ...(addresses.some((ip) => ip.includes(".")) ? [] : ["shared_v4"])];
}

/** Assigns an address, unless another publish just has. */
export async function assignAddress(ctx: HostContext, type: string): Promise<void> {
  const { ips } = (await connect(ctx)("GET /apps/{app_name}/ip_assignments")).body;
  if (missingAddresses({ ips }).includes(type)) await connect(ctx)("POST /apps/{app_name}/ip_assignments", {}, { body: { type } });
}

/** Sets secrets, and reads the digests of all. `version` is the least that a machine started from now on has to wait for. */
export async function setSecrets(ctx: HostContext, values: Readonly<Record<string, string>>): Promise<Secrets> {
  const fly = connect(ctx);
  const { body } = await fly("POST /apps/{app_name}/secrets", {}, { body: { values }, idempotent: true });
  return { all: (await fly("GET /apps/{app_name}/secrets")).body.secrets, version: body.version ?? body.Version };
}
