import { warn } from "../events/warnings.ts";
import type { HostContext } from "../provider/context.ts";
import type { Deployment, Made, PlanAction, Rollout, Task } from "../provider/rollout.ts";
import type { SiteStatus } from "../provider/status.ts";
import type { Site } from "../site/site.ts";
import { confirmHealth } from "./health.ts";
import { withLastLines } from "./last-lines.ts";
import type { Target } from "./target.ts";
import { hasRun, newProgress, runTask, runTasks, type Progress } from "./tasks.ts";
import { isUnhealthy, uncancelled, unhealthy } from "./undo.ts";
import { logsRemedies, nextVerbs, useSite } from "./use-site.ts";

/** What is published, and in place of what. */
interface Published {
  readonly before: SiteStatus | null;
  readonly images: Made["images"];
  readonly site: Site;
}

/** The lines of a plan. */
export function planOf({ tasks, afterwards = [] }: Rollout): readonly PlanAction[] {
  return [...tasks, ...afterwards].map(({ verb, target }) => ({ verb, target }));
}

/**
 * Carries out what {@link planOf} says: each task is a step, the site is confirmed, and until then a failure or Ctrl-C undoes what was
 * done, the latest first. A first publish is taken back only when the site does not become healthy: what else went wrong, the next
 * run finishes.
 */
export async function carryOut(target: Target, rollout: Rollout, { before, images, site }: Published): Promise<Deployment> {
  const { provider, host } = target;
  const progress = newProgress(images);
  const { made } = progress;
  const confirm = () => confirmRollout(target, rollout, made, site);
  const goesBack = hasRun(before) || rollout.resumes === false;
  await runTasks(rollout.tasks, host, { progress, before, goesBack, confirm }).catch(async (error: unknown) => {
    if (!goesBack) await warnOfRest(target, progress, error);
    throw error;
  });
  await runAfterwards(rollout.afterwards ?? [], progress, host);
  const { id = host.name, facts, next = [] } = rollout.result(made);
  const looks = target.replaces ? nextVerbs(provider, host, hasRun(before) && progress.hasChanged) : [];
  return { provider: provider.name, id, url: rollout.url?.(made) ?? null, next: [...next, ...looks], facts };
}

/** The site is confirmed by then: who stops at what is to be removed is told so. */
async function runAfterwards(tasks: readonly Task[], progress: Progress, ctx: HostContext): Promise<void> {
  for (const [at, task] of tasks.entries())
    await runTask(task, progress, ctx).catch((error: unknown) => {
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
async function warnOfRest({ provider, host: ctx, replaces }: Target, { results, isUndone }: Progress, error: unknown): Promise<void> {
  if (!replaces) return;
  const site = await provider.status?.(uncancelled(ctx)).catch(() => undefined);
  const hasMade = [...results.keys()].some(({ verb }) => verb === "create");
  if (!site && (!hasMade || (site === null && isUndone))) return;
  const isUp = site && site.url !== null && !["stopped", "failed", "unfinished"].includes(site.state);
  const what = isUp
    ? `${ctx.name} is at ${site.url} for all to see, and ${isUnhealthy(error) ? "is not healthy" : "was not checked"}: it stays there, and may cost money.`
    : `What was made for ${ctx.name} at ${provider.title} stays there for the next run.`;
  const way = site && provider.unpublish ? [useSite("unpublish", provider, ctx, "to remove it")] : [];
  warn(ctx, "LEFT_AT_HOST", what, { name: ctx.name }, way);
}

async function confirmRollout({ provider, host: ctx }: Target, rollout: Rollout, made: Made, site: Site): Promise<void> {
  const url = rollout.url?.(made) ?? null;
  const remedies = logsRemedies(provider, ctx);
  const ready = async () => (await rollout.ready?.(made)) ?? null;
  try {
    if (url !== null) {
      const gone = async () => (await rollout.gone?.(made)) ?? null;
      return await confirmHealth({ url, site, remedies, ready, gone }, ctx);
    }
    if (rollout.ready === undefined) return;
    const problem = await ctx.step("confirm", `Wait for ${ctx.name}`, ready);
    if (problem !== null) throw unhealthy(problem, remedies);
  } catch (error) {
    throw isUnhealthy(error) ? await withLastLines(provider, error, ctx) : error;
  }
}
