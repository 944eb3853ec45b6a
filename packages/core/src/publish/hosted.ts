import { PublishError, toPublishError } from "../errors/publish-error.ts";
import { warn } from "../events/warnings.ts";
import type { Image } from "../image/types.ts";
import type { Deployment, HostContext, PlanAction, Provider, ProviderContext, Settle } from "../provider/provider.ts";
import { uncancelled } from "./host-context.ts";
import { nextVerbs, useSite } from "./use-site.ts";
import { isUnhealthy, undoing, unhealthy } from "./undo.ts";

/** One thing that a publish does: its line of the plan, and how it is done. */
export interface Task extends PlanAction {
  /** Calls `unchanged` when all was as it is to be. */
  run(unchanged: () => void): Promise<unknown>;
  /**
   * Makes it undone. Returns what is not as it was then, or null. Called also when `run` failed, as its answer may have been lost;
   * `host` has a signal that Ctrl-C does not abort.
   */
  readonly undo?: ((host: HostContext) => Promise<string | null | void>) | undefined;
}

/** How one publish goes, from what is at the host now. */
export interface Rollout extends Pick<Settle, "ready" | "gone"> {
  /** What serves, in a word such as `Release v7`; null when nothing does. A getter when an undo may bring back something else. */
  readonly serving: string | null;
  /** Whether there is a site to go back to, serving or not; unset: when something serves. */
  readonly existed?: boolean;
  /** In order. Which ones there are must not depend on what another one does: a plan lists them and runs none. */
  readonly tasks: Iterable<Task>;
  /** Where the site answers, once the tasks are done; null when the host does not say. */
  readonly url: () => string | null;
  /** What is removed once the site is confirmed. */
  readonly afterwards?: Iterable<Task>;
  readonly facts: () => Deployment["facts"];
}

/** A provider whose `plan` and `publish` follow from one list of tasks. */
export interface HostedProvider extends Omit<Provider, "plan" | "publish"> {
  /** Reads what is there and changes nothing. `images` is empty when it is only planned. */
  rollout(ctx: ProviderContext, images: readonly Image[]): Promise<Rollout>;
}

/**
 * Makes a provider of a host that keeps sites running: what `publish` does is what `plan` says, each task is a step, the site is confirmed,
 * and until then a failure or Ctrl-C undoes what was done, the latest first. A first publish is taken back only when the site
 * does not become healthy: what else went wrong, the next run finishes.
 */
export function hosted({ rollout: begin, ...rest }: HostedProvider): Provider {
  const provider: Provider = {
    ...rest,
    async plan(ctx) {
      const { tasks, afterwards = [] } = await begin(ctx, []);
      return [...tasks, ...afterwards].map(({ verb, target }) => ({ verb, target }));
    },
    async publish(images, ctx) {
      const rollout = await begin(ctx, images);
      const existed = hasExisted(rollout);
      const run: TaskRun = { done: [], hasChanged: false, isUndone: false };
      await runTasks(rest.name, rollout, ctx, { run, last: () => confirm(rollout, ctx) }).catch(async (error: unknown) => {
        if (!existed) await warnOfRest(provider, ctx, run, error);
        throw error;
      });
      await runAfterwards([...(rollout.afterwards ?? [])], rest.name, ctx);
      const next = nextVerbs(provider, ctx, existed && run.hasChanged);
      return { provider: rest.name, id: ctx.name, url: rollout.url(), next, facts: rollout.facts() };
    },
  };
  return provider;
}

/** How far tasks have come. */
interface TaskRun {
  readonly done: Task[];
  /** Whether one of them, but for a push, found something to do. */
  hasChanged: boolean;
  isUndone: boolean;
}

/** Runs tasks, then `last`; undoes those that were begun as {@link hosted} does. For a rollback of several parts, which is nothing that core could plan. */
export async function runTasks(
  provider: string,
  rollout: Pick<Rollout, "serving" | "existed" | "tasks">,
  host: HostContext,
  { run = { done: [], hasChanged: false, isUndone: false }, last }: { readonly run?: TaskRun; readonly last?: () => Promise<void> } = {},
): Promise<void> {
  const begun: Task[] = [];
  const existed = hasExisted(rollout);
  const mayUndo = (error: unknown) => begun.some(({ undo }) => undo) && (existed || isUnhealthy(error));
  const work = async (): Promise<void> => {
    for (const task of rollout.tasks) {
      host.signal?.throwIfAborted();
      begun.push(task);
      if (await runTask(task, provider, host)) run.hasChanged = true;
      run.done.push(task);
    }
    await last?.();
  };
  const undo = async (free: HostContext) => {
    run.isUndone = true;
    await undoAll(begun, free);
    return rollout.serving;
  };
  await undoing(host, work, (error) => (mayUndo(error) ? undo : undefined));
}

function hasExisted({ serving, existed = serving !== null }: Pick<Rollout, "serving" | "existed">): boolean {
  return existed;
}

/** The site is confirmed by then: who stops at what is to be removed is told so. */
async function runAfterwards(tasks: readonly Task[], provider: string, ctx: HostContext): Promise<void> {
  for (const [at, task] of tasks.entries())
    await runTask(task, provider, ctx).catch((error: unknown) => {
      const left = tasks
        .slice(at)
        .map(({ target }) => target)
        .join(", ");
      const message = `${ctx.name} is published and answers. It needs these no longer, and they are still there: ${left}.`;
      warn(ctx, "LEFT_AT_HOST", message, { name: ctx.name }, { action: "retry", note: "to remove them" });
      throw error;
    });
}

/** What there is of a site that was never confirmed may cost something, and shows the data. */
async function warnOfRest(provider: Provider, ctx: ProviderContext, { done, isUndone }: TaskRun, error: unknown): Promise<void> {
  const site = await provider.status?.(uncancelled(ctx)).catch(() => undefined);
  const hasMade = done.some(({ verb }) => verb === "create");
  if (!site && (!hasMade || (site === null && isUndone))) return;
  const isUp = site && site.url !== null && site.state !== "stopped" && site.state !== "failed";
  const what = isUp
    ? `${ctx.name} is at ${site.url} for all to see, and ${isUnhealthy(error) ? "is not healthy" : "was not checked"}: it stays there, and may cost money.`
    : `What was made for ${ctx.name} at ${provider.title} stays there for the next run.`;
  const way = site && provider.unpublish ? [useSite("unpublish", provider, ctx, "to remove it")] : [];
  warn(ctx, "LEFT_AT_HOST", what, { name: ctx.name }, way);
}

async function confirm({ url: urlOf, ready, gone }: Rollout, ctx: ProviderContext): Promise<void> {
  const url = urlOf();
  if (url !== null) return ctx.confirm(url, { ...(ready && { ready }), ...(gone && { gone }) });
  const problem = await ready?.();
  if (problem) throw unhealthy(problem, "Fix the cause, then publish again.");
}

/** A push is a step by itself, and by itself changes no site. Returns whether something was changed. */
async function runTask({ verb, target, run }: Task, provider: string, ctx: HostContext): Promise<boolean> {
  if (verb === "push") {
    await run(() => undefined);
    return false;
  }
  const title = `${verb.charAt(0).toUpperCase()}${verb.slice(1)} ${target}`;
  let hasChanged = true;
  await ctx.step(`${provider}.${verb}`, title, (step) =>
    run(() => {
      hasChanged = false;
      step.unchanged();
    }),
  );
  return hasChanged;
}

/** Each has its own time. @throws PublishError that names all that is not as it was */
async function undoAll(begun: readonly Task[], host: HostContext): Promise<void> {
  const problems: string[] = [];
  for (const { target, undo } of begun.toReversed()) {
    const problem = await undo?.(uncancelled(host)).catch((error: unknown) => toPublishError(error).message);
    if (problem) problems.push(`${target} (${problem})`);
  }
  if (problems.length === 0) return;
  const message = `These are not as they were: ${problems.join("; ")}.`;
  throw new PublishError("DEPLOYMENT_UNHEALTHY", message, "Look at the site at its host, then publish again.", {
    problems: problems.length,
  });
}
