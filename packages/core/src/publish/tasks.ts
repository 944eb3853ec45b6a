import { PublishError, toPublishError } from "../errors/publish-error.ts";
import type { HostContext } from "../provider/context.ts";
import type { Made, Task, Work } from "../provider/rollout.ts";
import type { SiteStatus } from "../provider/status.ts";
import { isUnhealthy, uncancelled, undoing } from "./undo.ts";

/** How far tasks have come. */
export interface Progress {
  readonly made: Made;
  /** Of the tasks that are done. */
  readonly results: Map<Task, unknown>;
  /** Whether one of them, but for one with steps of its own, found something to do. */
  hasChanged: boolean;
  isUndone: boolean;
}

/** Nothing is done yet. `images` are undefined for a rollback, which has none. */
export function newProgress(images: Made["images"] | undefined): Progress {
  const results = new Map<Task, unknown>();
  const made: Made = {
    get images() {
      if (images === undefined) throw invalidUse("A rollback has no images.");
      return images;
    },
    resultOf<R>(task: Task<R>): R {
      if (results.has(task)) return results.get(task) as R;
      throw invalidUse(`The result of task "${task.verb} ${task.target}" is asked for before it has run.`);
    },
  };
  return { made, results, hasChanged: false, isUndone: false };
}

function invalidUse(message: string): PublishError {
  return new PublishError("PROVIDER_INVALID", message, "Report this to the provider's author.");
}

interface TaskRun {
  readonly progress: Progress;
  /** The site as it was. */
  readonly before: SiteStatus | null;
  /** Whether what was begun is undone whatever went wrong; else only when the site is not healthy. */
  readonly goesBack: boolean;
  /** What comes after the tasks, and fails as they do. */
  readonly confirm?: () => Promise<void>;
}

/** Runs tasks in order. When one fails, or the user cancels, undoes those that were begun, the latest first. */
export async function runTasks(tasks: readonly Task[], host: HostContext, run: TaskRun): Promise<void> {
  const { progress, before, goesBack, confirm } = run;
  const begun: Task[] = [];
  const work = async (): Promise<void> => {
    for (const task of tasks) {
      host.signal?.throwIfAborted();
      begun.push(task);
      await runTask(task, progress, host);
    }
    await confirm?.();
  };
  const undo = async (free: HostContext): Promise<string | null> => {
    progress.isUndone = true;
    return undoAll(begun, progress.made, labelOf(before), free);
  };
  const mayUndo = (error: unknown) => begun.some((task) => task.undo) && (goesBack || isUnhealthy(error));
  await undoing(host, work, (error) => (mayUndo(error) ? undo : undefined));
}

/** A task as a step, unless it has steps of its own. */
export async function runTask(task: Task, progress: Progress, ctx: HostContext): Promise<void> {
  const { verb, target, ownSteps = false } = task;
  const title = `${verb.charAt(0).toUpperCase()}${verb.slice(1)} ${target}`;
  let hasChanged = !ownSteps;
  const run = async (unchanged: () => void): Promise<void> => {
    ctx.signal?.throwIfAborted();
    const said = () => ((hasChanged = false), unchanged());
    progress.results.set(task, await task.run(workOf(progress.made, said)));
  };
  if (ownSteps) await run(() => undefined);
  else await ctx.step(`${ctx.provider}.${verb}`, title, (step) => run(step.unchanged));
  if (hasChanged) progress.hasChanged = true;
}

/** Images are asked for when they are needed: a rollback has none. */
function workOf(made: Made, unchanged: () => void): Work {
  return {
    get images() {
      return made.images;
    },
    resultOf: made.resultOf,
    unchanged,
  };
}

/** Whether there was something to go back to. */
export function hasRun(before: SiteStatus | null): before is SiteStatus {
  return before !== null && before.state !== "unfinished";
}

/** What served before, for people; null when nothing did. */
function labelOf(before: SiteStatus | null): string | null {
  if (!hasRun(before) || before.state === "stopped") return null;
  const current = before.releases.find((release) => release.current);
  return current === undefined ? before.name : `Release ${current.id}`;
}

/** Each has its own time. Returns what serves again. @throws PublishError that names all that is not as it was */
async function undoAll(begun: readonly Task[], made: Made, label: string | null, host: HostContext): Promise<string | null> {
  const problems: string[] = [];
  let serving = label;
  let isTouched = false;
  for (const task of begun.toReversed()) {
    try {
      const restored = await task.undo?.(uncancelled(host), made);
      if (restored !== false) isTouched = true;
      if (restored !== false && restored !== undefined) serving = restored;
    } catch (error) {
      problems.push(`${task.target} (${toPublishError(error).message.replace(/\.$/, "")})`);
    }
  }
  if (problems.length === 0) return isTouched ? serving : null;
  const message = `These are not as they were: ${problems.join("; ")}.`;
  throw new PublishError("DEPLOYMENT_UNHEALTHY", message, "Look at the site at its host, then publish again.", {
    problems: problems.length,
  });
}
