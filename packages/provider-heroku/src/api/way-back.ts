import type { HostContext } from "@datasette-publish/core";
import { finishRelease, listReleases, repeatedBy, rollBack } from "./releases.ts";
import type { Release } from "./types.ts";

/** The way back to what was released before a publish changed anything. Only what its account has released since is gone back from. */
export class WayBack {
  #target: Release | undefined;
  readonly #before: Release | undefined;
  #isBack = false;

  /** `former`: what to go back to, undefined for nothing; `before`: the newest release of the time before, which may be on its way still. */
  constructor(former: Release | undefined, before: Release | undefined) {
    this.#target = former;
    this.#before = before;
  }

  /** What there was, or is again, in words; null for nothing, and when it is not gone back to. */
  get title(): string | null {
    return this.#target === undefined || this.isClosed ? null : `Release v${this.#target.version}`;
  }

  /** True: nothing is gone back from any more, as something that cannot be stopped is going to be released. */
  isClosed = false;

  /** Goes back, once however often it is called. What is on its way would come out later: it is waited for. Returns what is in the way, or null. */
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
