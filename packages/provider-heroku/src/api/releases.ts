import { isPublishError, type HostContext, type Release as ShownRelease } from "@datasette-publish/core";
import { appApi } from "./client.ts";
import { finish } from "./finish.ts";
import type { Release } from "./types.ts";

/** The latest 50 releases of the site's app, newest first. */
export async function listReleases(ctx: HostContext): Promise<readonly Release[]> {
  return (await appApi(ctx)("GET /apps/{app}/releases", { headers: { range: "version ..; max=50, order=desc" } })).body;
}

/** One release, by its id or its version. */
export async function readRelease(ctx: HostContext, release: string): Promise<Release> {
  return (await appApi(ctx)("GET /apps/{app}/releases/{release}", {}, { release })).body;
}

/** Makes a former release serve again, config vars and all, as a new release. @throws PublishError `RELEASE_FAILED` */
export async function rollBack(ctx: HostContext, { id }: Release): Promise<Release> {
  return finishRelease(ctx, (await appApi(ctx)("POST /apps/{app}/releases", { body: { release: id } })).body);
}

/**
 * The newest release once it is out; when it was there before (`before`) and is on its way no more, the current one.
 * @throws PublishError `RELEASE_FAILED`
 */
export async function finishNewest(ctx: HostContext, before: Release | undefined): Promise<Release | undefined> {
  const releases = await listReleases(ctx);
  const [newest] = releases;
  if (newest && (newest.id !== before?.id || newest.status === "pending")) return finishRelease(ctx, newest);
  return releases.find(({ current }) => current) ?? newest;
}

/** Waits for a release that an earlier run left on its way; how it ends is no matter. @throws PublishError `RELEASE_FAILED` when it does not */
export async function awaitEnd(ctx: HostContext, release: Release): Promise<void> {
  await finishRelease(ctx, release).catch((error: unknown) => {
    if (!isPublishError(error) || error.code !== "RELEASE_FAILED" || error.facts["status"] === "pending") throw error;
  });
}

/** Shows a release's output and waits until it is out. @throws PublishError `RELEASE_FAILED` */
function finishRelease(ctx: HostContext, release: Release): Promise<Release> {
  return finish(ctx, `Release v${release.version}`, release, () => readRelease(ctx, release.id), ctx.timeoutMs);
}

/**
 * Releases as core shows them. When the current one is a `Rollback to vN`, it has passed over vN, which it repeats, and all since;
 * when vN is a rollback in turn, over what that one repeats as well.
 */
export function shownReleases(releases: readonly Release[]): readonly ShownRelease[] {
  const current = releases.find((release) => release.current);
  const first = current && repeatedBy(current, releases);
  return releases.map((release) => {
    const isPassed = current !== undefined && release.version < current.version && release.version >= (first ?? 0);
    return { ...shownRelease(release), ...(isPassed && { passedOver: true }) };
  });
}

export function shownRelease({ version, current, status, description, created_at, eligible_for_rollback: ok }: Release): ShownRelease {
  return { id: `v${version}`, current, status, description, createdAt: created_at, restorable: ok !== false };
}

/** Version of the release that a rollback repeats; any other release's own. */
function repeatedBy({ version, description }: Release, releases: readonly Release[]): number {
  const target = /^Rollback to v(\d+)$/.exec(description)?.[1];
  if (target === undefined) return version;
  const release = releases.find((each) => each.version === Number(target));
  return release === undefined ? Number(target) : repeatedBy(release, releases);
}
