import type { HostContext } from "@datasette-publish/core/provider";
import type { Survey } from "./apps.ts";
import { finishRelease, listReleases, repeatedBy, rollBack } from "./releases.ts";
import type { Release } from "./types.ts";

/** The way back to the release from before a publish. It undoes only what the same account has released since. */
export class WayBack {
  /** What to go back to; undefined for nothing. */
  #target: Release | undefined;
  /** The newest release of the time before, which may be on its way still. */
  readonly #before: Release | undefined;
  readonly #isServing: boolean;
  #isBack = false;

  constructor({ hasRun, current, newest, isServing }: Survey) {
    this.#target = hasRun ? current : undefined;
    this.#before = newest;
    this.#isServing = isServing;
  }

  /** True once rollback is off: a build that cannot be cancelled will still release. */
  isClosed = false;

  /**
   * Goes back, once however often it is called. Waits first for a release that is under way, as it would come out later.
   * Returns what serves again, e.g. `Release v7`, or null when nothing does. @throws PublishError `RELEASE_FAILED`
   */
  async go(ctx: HostContext): Promise<string | null> {
    if (this.isClosed || this.#target === undefined) return null;
    if (!this.#isBack) this.#target = await this.#goBack(ctx, this.#target);
    this.#isBack = true;
    return this.#isServing ? `Release v${this.#target.version}` : null;
  }

  /** Returns what was gone back to, which is not `former` where somebody else has released. */
  async #goBack(ctx: HostContext, former: Release): Promise<Release> {
    const isSince = ({ version }: Release) => version > (this.#before?.version ?? 0);
    const isOurs = (release: Release) => isSince(release) && (release.user?.email ?? ctx.account) === ctx.account;
    const [newest] = await listReleases(ctx);
    if (newest?.status === "pending" && isOurs(newest)) await finishRelease(ctx, newest, { mayFail: true });
    const releases = await listReleases(ctx);
    const current = releases.find((release) => release.current);
    const hasOurs = releases.some(isOurs);
    const theirs = releases.find((release) => isSince(release) && !isOurs(release));
    if (hasOurs && theirs) throw ctx.error("RELEASE_FAILED", `Release v${theirs.version} is somebody else's, and stays.`, "Look at it.");
    const target = hasOurs ? this.#settled(releases, former) : (current ?? former);
    if (!current || repeatedBy(current, releases) !== repeatedBy(target, releases)) await rollBack(ctx, target.id);
    return target;
  }

  /** The release `before`, when it came out meanwhile and only changed config vars; which image one runs, Heroku does not say. */
  #settled(releases: readonly Release[], former: Release): Release {
    const isSettled = ({ id, status, description }: Release) =>
      id === this.#before?.id && status === "succeeded" && description.endsWith(" config vars");
    return releases.find(isSettled) ?? former;
  }
}
