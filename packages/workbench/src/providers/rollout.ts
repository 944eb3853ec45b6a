import type { Made, Rollout, Task, Work } from "@datasette-publish/core";
import type { Package } from "./package.ts";
import { atOnce, checked, inPackage, type PackageProcess } from "./running.ts";

/** A rollout of a package: what its functions throw and return is looked at, as that of the provider's own is. */
export function guardRollout(of: Package & PackageProcess, rollout: Rollout): Rollout {
  const guards = new Map<Task, Task>();
  // The package asks for results by its own tasks; core has them by those that stand for these.
  const own = <M extends Made>(made: M): M => ({ ...made, resultOf: (task: Task) => made.resultOf(guards.get(task) ?? task) });
  const guard = (task: Task): Task => {
    const where = `in task ${task.verb} ${task.target}`;
    const guarded: Task = {
      ...task,
      run: (work: Work) => inPackage(of, where, () => task.run(own(work))),
      ...(task.undo && { undo: (host, made) => inPackage(of, where, async () => task.undo?.(host, own(made))) }),
    };
    guards.set(task, guarded);
    return guarded;
  };
  const { url, ready, gone } = rollout;
  return {
    ...rollout,
    tasks: rollout.tasks.map(guard),
    afterwards: (rollout.afterwards ?? []).map(guard),
    ...(url && { url: (made) => atOnce(of, "in url", () => checked("url", rollout.url?.(own(made)) ?? null, of)) }),
    ...(ready && { ready: (made) => inPackage(of, "in ready", async () => (await rollout.ready?.(own(made))) ?? null) }),
    ...(gone && { gone: (made) => inPackage(of, "in gone", async () => (await rollout.gone?.(own(made))) ?? null) }),
    result: (made) => atOnce(of, "in result", () => checked("result", rollout.result(own(made)), of)),
  };
}
