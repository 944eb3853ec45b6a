import type { HostContext, LoginContext, SiteMark } from "@datasette-publish/core/provider";
import type { Options } from "../options.ts";
import { connect } from "./client.ts";
import type { AppSecret, IPAssignment, Machine, TokenInfo, UpdateMachineRequest, Volume } from "./types.ts";

/** States of a volume on its way out, beside those that say `destroy` (fly-go, `destroyedVolumeStates`). */
const leaving = new Set(["fork_cleanup", "waiting_for_detach"]);

/** What is at Fly.io under a site's name. */
export interface Found {
  readonly app: boolean;
  /** Also those out of reach whose place another one has taken; see `withoutReplaced`. */
  readonly machines: readonly Machine[];
  readonly volumes: readonly Volume[];
  readonly secrets: readonly AppSecret[];
  readonly ips: readonly IPAssignment[];
}

/** An app's secrets without their values, and what a machine has to ask for to start with them, when they were set just now. */
export interface Secrets {
  readonly all: readonly AppSecret[];
  readonly since: Pick<UpdateMachineRequest, "min_secrets_version">;
}

/** The secret by which an app without machines is known as this tool's. */
export const siteMark: SiteMark = "DATASETTE_PUBLISH_SITE";

/** Metadata of each machine that this tool makes. */
export const marks = { managed_by: "datasette-publish" };

/** Statuses of `GET /tokens/current` for a token that Fly.io may know all the same: it is described for macaroons only. */
const unknownToken = [400, 401, 403, 404, 422];

/**
 * Whose token it is: a user, as a hash, or the organization that a deploy token was made in. When Fly.io does not say,
 * the organization that is published to, if the token can list its apps; one that can only deploy an app, which is named then, cannot.
 *
 * @throws PublishError `CREDENTIALS_INVALID`, `CREDENTIALS_INSUFFICIENT`
 */
export async function readAccount(ctx: LoginContext<Options>): Promise<string> {
  const tokens = await readTokens(ctx);
  const org_slug = orgOf(ctx, tokens);
  if (tokens === null && ctx.options.app === undefined) await connect(ctx)("GET /apps", { org_slug });
  const [token] = tokens ?? [];
  return token?.user || token?.organization || org_slug;
}

/** What Fly.io says of the token, or of each in a list; null when it does not. */
async function readTokens(ctx: LoginContext): Promise<readonly TokenInfo[] | null> {
  return (await connect(ctx)("GET /tokens/current", {}, { allow: unknownToken }))?.tokens ?? null;
}

/** The organization that is published to: of a token for one alone it is that one, which is not allowed anything elsewhere. */
function orgOf({ options: { org } }: LoginContext<Options>, tokens: readonly TokenInfo[] | null): string {
  const [only, ...others] = new Set(tokens?.map(({ org_slug: slug }) => slug));
  return org ?? (only && others.length === 0 ? only : "personal");
}

/** Reads all of an app. @throws PublishError `NAME_TAKEN` when it is somebody else's, `APP_UNSUITABLE` when it is the user's, and not this tool's */
export async function readApp(ctx: HostContext): Promise<Found> {
  const fly = connect(ctx);
  if ((await fly("GET /apps/{app_name}", {}, { allow: [404] })) === null)
    return { app: false, machines: [], volumes: [], secrets: [], ips: [] };
  const found: Found = {
    app: true,
    machines: await readMachines(ctx, ctx.name),
    volumes: (await fly("GET /apps/{app_name}/volumes")).filter(({ state = "" }) => !state.includes("destroy") && !leaving.has(state)),
    secrets: await readSecrets(ctx),
    ips: await readAddresses(ctx),
  };
  requireOurs(ctx, found);
  return found;
}

/** An app is this tool's by its mark or its machines, and when there is nothing in it yet. */
function requireOurs(ctx: HostContext, found: Found): void {
  const others = found.machines.filter((machine) => !isOurs(machine)).map(({ id }) => `machine ${id}`);
  const belongings = [...found.volumes.map(({ id }) => `volume ${id}`), ...found.secrets.map(({ name }) => `secret ${name}`)];
  const [foreign] = [...others, ...(isPublished(found) ? [] : belongings)];
  if (foreign === undefined) return;
  const { name: app } = ctx;
  const message = `App ${app} has ${foreign}, and was not published from here.`;
  throw ctx.error("APP_UNSUITABLE", message, { action: "set-option", option: "app", note: "to choose another name" }, { app, foreign });
}

/** Where an app has its machines, the region first (and once more) that they know as their primary one. */
export function regionsOf({ machines }: Found): readonly string[] {
  const primary = machines.filter(({ region, config }) => config?.env?.["PRIMARY_REGION"] === region);
  return [...primary, ...machines].map(({ region }) => region);
}

/** Names of the apps that this tool published in the organization that is published to. */
export async function readOurApps(ctx: LoginContext<Options>): Promise<readonly string[]> {
  const { apps } = await connect(ctx)("GET /apps", { org_slug: orgOf(ctx, await readTokens(ctx)) });
  const ours: string[] = [];
  for (const { name, machine_count: count } of apps) if (count !== 0 && (await readMachines(ctx, name)).some(isOurs)) ours.push(name);
  return ours;
}

/** An app's machines, without those on their way out. Of one whose host is out of reach, all that is known is `incomplete_config` (fly-go). */
export async function readMachines(ctx: LoginContext, app_name: string): Promise<readonly Machine[]> {
  const machines = await connect(ctx)("GET /apps/{app_name}/machines", { app_name });
  return machines
    .filter(({ state }) => !state.startsWith("destroy"))
    .map(({ incomplete_config: rest, config = rest, ...machine }) => (config ? { ...machine, config } : machine));
}

function isOurs({ config }: Machine): boolean {
  return config?.metadata?.["managed_by"] === marks.managed_by;
}

/** True if this tool published there: the app has machines or, after a first publish that failed, the mark secret exists (Fly.io never shows its value). */
export function isPublished({ machines, secrets }: Found): boolean {
  return machines.length > 0 || secrets.some(({ name }) => name === siteMark);
}

/** Makes an app, and waits until the API knows it. @throws PublishError `NAME_TAKEN`, `HOST_BUSY` when it never does */
export async function createApp(ctx: HostContext<Options>): Promise<void> {
  const { name, timeoutMs } = ctx;
  /** Whether there is an app that the token has access to: this publish may have made it, or another one just before. */
  const hasApp = async () => (await connect(ctx)("GET /apps/{app_name}", {}, { allow: [401, 403, 404] })) !== null;
  const org_slug = orgOf(ctx, await readTokens(ctx));
  const creation = connect(ctx)("POST /apps", { wait: true }, { body: { name, org_slug } });
  await creation.catch(async (error: unknown) => {
    if (!(await hasApp().catch(() => false))) throw error;
  });
  if (await ctx.poll(timeoutMs, async () => (await hasApp()) || undefined)) return;
  const message = `Fly.io made app ${name}, but does not show it yet.`;
  throw ctx.error("HOST_BUSY", message, { action: "retry", afterMs: 180_000 }, { app: name });
}

/** The kinds of address that a public app has to have, and lacks. */
export function missingAddresses({ ips }: Pick<Found, "ips">): readonly string[] {
  const has = (separator: string) => ips.some(({ ip }) => ip.includes(separator) && !ip.startsWith("fdaa:"));
  return [...(has(":") ? [] : ["v6"]), ...(has(".") ? [] : ["shared_v4"])];
}

/** Assigns an address, unless another publish just has. */
export async function assignAddress(ctx: HostContext, type: string): Promise<void> {
  if (missingAddresses({ ips: await readAddresses(ctx) }).includes(type))
    await connect(ctx)("POST /apps/{app_name}/ip_assignments", {}, { body: { type } });
}

async function readAddresses(ctx: HostContext): Promise<readonly IPAssignment[]> {
  return (await connect(ctx)("GET /apps/{app_name}/ip_assignments")).ips ?? [];
}

async function readSecrets(ctx: HostContext): Promise<readonly AppSecret[]> {
  return (await connect(ctx)("GET /apps/{app_name}/secrets")).secrets ?? [];
}

/** Sets secrets, and reads the digests of all. */
export async function setSecrets(ctx: HostContext, values: Readonly<Record<string, string>>): Promise<Secrets> {
  const set = await connect(ctx)("POST /apps/{app_name}/secrets", {}, { body: { values }, idempotent: true });
  const version = set.version ?? set.Version;
  return { all: await readSecrets(ctx), since: version === undefined ? {} : { min_secrets_version: version } };
}
