import type { HostContext, Release as ShownRelease, Remedies } from "@datasette-publish/core/provider";
import { api } from "./client.ts";
import type { Build, Release } from "./types.ts";

/** The latest 50 releases of the site's app, newest first. */
export async function listReleases(ctx: HostContext): Promise<readonly Release[]> {
  return await api(ctx)("GET /apps/{app}/releases", {}, { headers: { range: "version ..; max=50, order=desc" } });
}

/** One release, by its id or its version. */
export async function readRelease(ctx: HostContext, release: string): Promise<Release> {
  return await api(ctx)("GET /apps/{app}/releases/{release}", { release });
}

/** Makes a former release serve again, config vars and all, as a new release. @throws PublishError `RELEASE_FAILED` */
export async function rollBack(ctx: HostContext, id: string): Promise<Release> {
  return finishRelease(ctx, await api(ctx)("POST /apps/{app}/releases", {}, { body: { release: id } }));
}

/**
 * The newest release once it is out; when it was there before (`before`) and is on its way no more, the current one.
 * @throws PublishError `RELEASE_FAILED`
 */
export async function finishNewest(ctx: HostContext, before: Release | undefined): Promise<Release | undefined> {
  const releases = await listReleases(ctx);
  const [newest] = releases;
  if (newest && (newest.id !== before?.id || newest.status === "pending")) return finishRelease(ctx, newest);
  return releases.find(({ current }) => current);
}

/**
 * Shows a release's output and waits until it is out, or with `mayFail` until it has ended in any way.
 * @throws PublishError `RELEASE_FAILED`, also when it does not end in time
 */
export function finishRelease(ctx: HostContext, release: Release, { mayFail = false } = {}): Promise<Release> {
  return finish(ctx, `Release v${release.version}`, release, () => readRelease(ctx, release.id), { limitMs: ctx.timeoutMs, mayFail });
}

/** The same for a release or a build; errors call it `title`. @throws PublishError `RELEASE_FAILED` */
export async function finish<T extends Build | Release>(
  ctx: HostContext,
  title: string,
  begun: T,
  look: () => Promise<T>,
  { limitMs, mayFail = false }: { readonly limitMs: number; readonly mayFail?: boolean },
): Promise<T> {
  const deadlineMs = ctx.clock.now() + limitMs;
  if (begun.output_stream_url) await ctx.showOutput(begun.output_stream_url, limitMs);
  const ended = async (): Promise<T | undefined> => {
    const now = await look();
    return now.status === "pending" ? undefined : now;
  };
  const end = begun.status === "pending" ? await ctx.poll(deadlineMs - ctx.clock.now(), ended) : begun;
  if (end && (mayFail || end.status === "succeeded")) return end;
  const [how, remedies]: readonly [string, Remedies] = end
    ? [`ended as ${end.status}`, ["Fix what its output reports.", { action: "retry" }]]
    : [`is still pending after ${Math.round(limitMs / 1000)} seconds`, { action: "retry", note: "to go on from here" }];
  const facts = { app: ctx.name, id: begun.id, status: end?.status ?? "pending" };
  throw ctx.error("RELEASE_FAILED", `${title} of ${ctx.name} ${how}.`, remedies, facts);
}

/**
 * Releases as core shows them. When the current one is a `Rollback to vN`, it has passed over vN, which it repeats, and all since;
 * when vN is a rollback in turn, over what that one repeats as well.
 */
export function shownReleases(releases: readonly Release[]): readonly ShownRelease[] {
  const current = releases.find((release) => release.current);
  const [from, to] = current ? [repeatedBy(current, releases), current.version] : [0, 0];
  return releases.map((release) => {
    const isPassed = release.version >= from && release.version < to;
    return { ...shownRelease(release), ...(isPassed && { passedOver: true }) };
  });
}

export function shownRelease({ version, current, status, description, created_at, eligible_for_rollback: ok }: Release): ShownRelease {
  return { id: `v${version}`, current, status, description, createdAt: created_at, restorable: ok !== false };
}

/** Version of the release that a rollback repeats; any other release's own. */
export function repeatedBy({ version, description }: Release, releases: readonly Release[]): number {
  const target = /^Rollback to v(\d+)$/.exec(description)?.[1];
  if (target === undefined) return version;
  const release = releases.find((each) => each.version === Number(target));
  return release === undefined ? Number(target) : repeatedBy(release, releases);
}
