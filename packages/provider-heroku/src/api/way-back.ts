import { isRefused, type HostContext } from "@datasette-publish/core";
import { finishRelease, listReleases, repeatedBy, rollBack } from "./releases.ts";
import type { Release } from "./types.ts";

/** Whether a release may have changed the image that runs, or have left it and changed config vars. Where Heroku names no slug, either. */
function isOf(what: "config vars" | "image", releases: readonly Release[], at: number): boolean {
  const [now, before] = [releases[at]?.slug?.id, releases[at + 1]?.slug?.id];
  return now === undefined || (now === before) === (what === "config vars");
}

/** The way back to what was released before a publish changed anything. Only what the publish released is gone back from. */
export class WayBack {
  #target: Release | undefined;
  readonly #before: Release | undefined;
  /** Ids of the releases that the publish made. */
  readonly #made = new Set<string>();
  /** How many more it may have made: of changes that were not answered, or whose release is yet to come. */
  #unknown = 0;
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

  /** Runs what makes a release, unless Heroku refuses it; `idsOf` says then which ones it made, null when that is not to be known. */
  async releasing<T>(change: () => Promise<T>, idsOf: (answer: T) => Promise<readonly string[] | null>): Promise<void> {
    this.#unknown += 1;
    const answer = await change().catch((error: unknown) => {
      if (isRefused(error)) this.releasedNothing();
      throw error;
    });
    const ids = await idsOf(answer);
    if (ids === null) return;
    ids.forEach((id) => this.#made.add(id));
    this.#unknown -= 1;
  }

  /** Runs what makes a release of `what` at once, or none when nothing changes. When several are new, one of them is ours, and which is not to be known. */
  async changing(ctx: HostContext, what: "config vars" | "image", change: () => Promise<unknown>): Promise<void> {
    const known = new Set((await listReleases(ctx)).map(({ id }) => id));
    await this.releasing(change, async () => {
      const releases = await listReleases(ctx);
      const isOurs = ({ id }: Release, at: number) => !known.has(id) && isOf(what, releases, at);
      const ours = releases.filter(isOurs).map(({ id }) => id);
      return ours.length > 1 ? null : ours;
    });
  }

  /** What was to make a release has ended without one. */
  releasedNothing(): void {
    this.#unknown -= 1;
  }

  /**
   * Goes back, once however often it is called. What is on its way would come out later: it is waited for. A rollback may have been made
   * whose answer was lost. Returns what is in the way, or null.
   */
  async go(ctx: HostContext): Promise<string | null> {
    if (this.isClosed || this.#isBack || this.#target === undefined) return null;
    const hasReleased = this.#made.size + this.#unknown > 0;
    const [newest] = await listReleases(ctx);
    if (newest?.status === "pending" && hasReleased) await finishRelease(ctx, newest, { mayFail: true });
    const releases = await listReleases(ctx);
    const theirs = releases.filter(({ id, version }) => version > (this.#before?.version ?? 0) && !this.#made.has(id));
    if (hasReleased && theirs.length > this.#unknown) return `somebody else has released meanwhile, up to v${theirs[0]?.version}`;
    const current = releases.find((release) => release.current);
    const target = (this.#target = hasReleased ? this.#settled(releases, this.#target) : (current ?? this.#target));
    if (!current || repeatedBy(current, releases) !== repeatedBy(target, releases))
      await this.releasing(
        () => rollBack(ctx, target.id),
        async ({ id }) => [id],
      );
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
