import { expect, it } from "vitest";
import { contractTimeoutMs as timeout, type Contract, type Scene } from "./contract-scene.ts";

/** Whatever was half done is found by the next run: a first publish, and one over an earlier. */
export function describesAbort({ scene }: Contract): void {
  it("can be cancelled at every step, and the next run finishes", { timeout: 2 * timeout }, async () => {
    const id = await finishInSteps(scene());
    expect(id).toBeDefined();
    expect(await finishInSteps(scene())).toBe(id);
  });
}

/** Cancels one run at its first step, the next at its second …, until one has fewer steps and so is not cancelled. */
async function finishInSteps(scene: Scene): Promise<string | undefined> {
  for (let at = 1; ; at++) {
    const run = scene.run({ abortAtStep: at });
    const error: unknown = await run.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (scene.steps().length < at) return (await run).deployment?.id;
    expect(error, `cancelled at step ${at}, ${scene.steps().at(-1)}`).toMatchObject({ code: "CANCELLED" });
    expect(await scene.temporaryFiles()).toEqual([]);
  }
}
