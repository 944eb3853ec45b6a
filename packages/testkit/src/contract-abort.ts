import { expect, it } from "vitest";
import { failureOf, holdFetch, soonAfter } from "./contract-hold.ts";
import { contractTimeoutMs as timeout, type Contract, type Scene } from "./contract-scene.ts";

/** Whatever was half done is found by the next run: a first publish, and one over an earlier. */
export function describesAbort({ provider, setup, scene }: Contract): void {
  it("can be cancelled at every step, and the next run finishes", { timeout: 2 * timeout }, async () => {
    const id = await finishInSteps(scene());
    expect(id).toBeDefined();
    expect(await finishInSteps(scene())).toBe(id);
  });

  it("can be cancelled in the midst of a step, soon, and the next run finishes", { timeout: 2 * timeout }, async () => {
    const { deployment } = await scene().run();
    await scene().change();
    expect(await finishInSteps(scene(), midstMs)).toBe(deployment?.id);
  });

  it("can be cancelled while the host does not answer, and ends soon", { timeout }, async ({ skip }) => {
    const stop = new AbortController();
    const { provider: holding, isHeld } = holdFetch(provider, stop, setup.hold);
    const run = scene().run({ provider: holding, signal: stop.signal });
    const error = await soonAfter(stop.signal, failureOf(run));
    skip(!isHeld(), "give `hold`: publish asks its host for nothing by ctx.fetch");
    expect(error, "it goes on though ctx.signal has aborted: hand the signal on to what waits").toMatchObject({ code: "CANCELLED" });
    expect((await scene().run()).deployment?.id).toBeDefined();
  });
}

/** How long after a step's beginning it is cancelled in its midst. */
const midstMs = 15;
/** How long a cancelled run may take: the answer to a change that was sent is waited for 20 s, and what was done is undone. */
const longestMs = 45_000;

/** Cancels one run at its first step (or so long after that begins), the next at its second …, until one has fewer steps and so is not cancelled. */
async function finishInSteps(scene: Scene, abortAfterMs?: number): Promise<string | undefined> {
  for (let at = 1; ; at++) {
    const startedMs = performance.now();
    const run = scene.run({ abortAtStep: at, ...(abortAfterMs !== undefined && { abortAfterMs }) });
    const error = await failureOf(run);
    if (scene.steps().length < at) return (await run).deployment?.id;
    const where = `cancelled at step ${at}, ${scene.steps().at(-1)}`;
    expect(performance.now() - startedMs, `${where}: hand ctx.signal on`).toBeLessThan(longestMs);
    // The last step may have ended before.
    if (abortAfterMs === undefined || error !== undefined) expect(error, where).toMatchObject({ code: "CANCELLED" });
    expect(await scene.temporaryFiles()).toEqual([]);
  }
}
