import { isRefused, type HostContext } from "@datasette-publish/core";
import { finishRelease, listReleases, repeatedBy, rollBack } from "./releases.ts";
import type { Release } from "./types.ts";

/** The way back to what was released before a publish changed anything. Only what the publish released is gone back from. */
export class WayBack {
  #target: Release | undefined;
  readonly #before: Release | undefined;
  /** Most releases that the publish can have made. */
  #made = 0;
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

  /** Runs what makes one release, unless Heroku refuses it. */
  async releasing<T>(work: () => Promise<T>): Promise<T> {
    this.#made += 1;
    return work().catch((error: unknown) => {
      if (isRefused(error)) this.releasedNothing();
      throw error;
    });
  }

  /** What was to make a release has ended without one. */
  releasedNothing(): void {
    this.#made -= 1;
  }

  /**
   * Goes back, once however often it is called. What is on its way would come out later: it is waited for. A rollback may have been made
   * whose answer was lost. Returns what is in the way, or null.
   */
  async go(ctx: HostContext): Promise<string | null> {
    if (this.isClosed || this.#isBack || this.#target === undefined) return null;
    const [newest] = await listReleases(ctx);
    if (newest?.status === "pending" && this.#made > 0) await finishRelease(ctx, newest, { mayFail: true });
    const releases = await listReleases(ctx);
    const since = releases.filter(({ version }) => version > (this.#before?.version ?? 0));
    if (since.length > this.#made && this.#made > 0) return `somebody else has released meanwhile, up to v${since[0]?.version}`;
    const current = releases.find((release) => release.current);
    const target = (this.#target = this.#made > 0 ? this.#settled(releases, this.#target) : (current ?? this.#target));
    if (!current || repeatedBy(current, releases) !== repeatedBy(target, releases)) await this.releasing(() => rollBack(ctx, target.id));
    this.#isBack = true;
    return null;
  }

  /** The release `before`, when it came out meanwhile and only changed the config vars of the former one. */
  #settled(releases: readonly Release[], former: Release): Release {
    return (
      releases.find(({ id, status, slug }) => id === this.#before?.id && status === "succeeded" && slug?.id === former.slug?.id) ?? former
    );
  }
}
