import type { HostContext } from "@datasette-publish/core";
import { finishRelease, listReleases, repeatedBy, rollBack } from "./releases.ts";
import type { Release } from "./types.ts";

/** The way back to the release from before a publish. It undoes only what the same account has released since. */
export class WayBack {
  #target: Release | undefined;
  readonly #before: Release | undefined;
  #isBack = false;

  /** `former`: what to go back to, undefined for nothing; `before`: the newest release of the time before, which may be on its way still. */
  constructor(former: Release | undefined, before: Release | undefined) {
    this.#target = former;
    this.#before = before;
  }

  /** Label of the release to go back to, e.g. `Release v7`; null if there is none, or rollback is off. */
  get title(): string | null {
    return this.#target === undefined || this.isClosed ? null : `Release v${this.#target.version}`;
  }

  /** True once rollback is off: a build that cannot be cancelled will still release. */
  isClosed = false;

  /** Goes back, once however often it is called. Waits first for a release that is under way, as it would come out later. Returns what is in the way, or null. */
  async go(ctx: HostContext): Promise<string | null> {
    if (this.isClosed || this.#isBack || this.#target === undefined) return null;
    const isOurs = ({ version, user }: Release) => version > (this.#before?.version ?? 0) && (user?.email ?? ctx.account) === ctx.account;
    const [newest] = await listReleases(ctx);
    if (newest?.status === "pending" && isOurs(newest)) await finishRelease(ctx, newest, { mayFail: true });
    const releases = await listReleases(ctx);
    const current = releases.find((release) => release.current);
    if (releases.some(isOurs)) {
      const theirs = releases.find((release) => release.version > (this.#before?.version ?? 0) && !isOurs(release));
      if (theirs) return `somebody else has released meanwhile, v${theirs.version}`;
      this.#target = this.#settled(releases, this.#target);
    } else this.#target = current ?? this.#target;
    if (!current || repeatedBy(current, releases) !== repeatedBy(this.#target, releases)) await rollBack(ctx, this.#target.id);
    this.#isBack = true;
    return null;
  }

  /** The release `before`, when it came out meanwhile and only changed config vars; which image one runs, Heroku does not say. */
  #settled(releases: readonly Release[], former: Release): Release {
    const isSettled = ({ id, status, description }: Release) =>
      id === this.#before?.id && status === "succeeded" && description.endsWith(" config vars");
    return releases.find(isSettled) ?? former;
  }
}
