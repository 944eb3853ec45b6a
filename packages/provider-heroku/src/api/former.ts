import type { HostContext } from "@datasette-publish/core";
import { setBuildStack } from "./apps.ts";
import { findWeb, readFormation, restoreWeb } from "./formation.ts";
import { listReleases, rollBack } from "./releases.ts";
import type { App, Formation, Release } from "./types.ts";

/** What an app was before a publish: all that {@link restore} needs. */
export interface Former {
  /** Name of the stack of the next release; undefined: there was no app. */
  readonly buildStack: string | undefined;
  readonly web: Formation | undefined;
  /** Whether a web dyno ran. */
  readonly isServing: boolean;
  readonly newest: Release | undefined;
  readonly current: Release | undefined;
}

/** Reads that; `app` is null when there is none. */
export async function readFormer(ctx: HostContext, app: App | null): Promise<Former> {
  const [releases, web] = app ? await Promise.all([listReleases(ctx), findWeb(ctx)]) : [[]];
  return {
    buildStack: app?.build_stack.name,
    web,
    isServing: web !== undefined && web.quantity > 0,
    newest: releases[0],
    current: releases.find(({ current }) => current),
  };
}

/**
 * Puts all of it back: the release with its config vars, the stack, how many dynos there were and of which size.
 * Returns what serves now. A release without an image cannot come back, and its app is left with no dyno.
 *
 * @throws PublishError `RELEASE_FAILED`
 */
export async function restore(ctx: HostContext, { buildStack, web, isServing, current: former }: Former): Promise<string> {
  const now = (await listReleases(ctx)).find(({ current }) => current);
  const isBack = former === undefined || former.id === now?.id || !(isServing || former.slug);
  try {
    const serving = isBack ? now : await rollBack(ctx, former);
    return `Release v${serving?.version}`;
  } finally {
    if (buildStack !== undefined && buildStack !== "container") await setBuildStack(ctx, buildStack);
    await restoreWeb(ctx, web);
  }
}

/** Whether an app has never run anything: it was just created, perhaps by a run of this tool that broke off. */
export async function hasNeverRun(ctx: HostContext): Promise<boolean> {
  return (await readFormation(ctx)).length === 0 && !(await listReleases(ctx)).some(({ slug }) => slug);
}
