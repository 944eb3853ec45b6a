import { isPublishError, type Provider, type Work } from "@datasette-publish/core";
import { expect, it } from "vitest";
import { contractTimeoutMs as timeout, type Contract } from "./contract-scene.ts";
import { leaksInFiles, leaksInImage, leaksInProcesses, watchWhile } from "./contract-leaks.ts";

/** Canaries stand for every secret of a publish: variables, plugin secrets, secret options, the token. */
export function describesSecrets({ provider, scene }: Contract): void {
  it("shows none in an event, an error, a plan, a result, an address or on the console", { timeout }, async () => {
    const shown: unknown[] = [await scene().run({ dryRun: true }), await scene().run()];
    shown.push(await failure(scene().run({ provider: { ...provider, rollout: leak } })), scene().events());
    const text = shown.map((value) => JSON.stringify(value)).join("\n");
    expect(scene().canaries.filter((canary) => text.includes(canary))).toEqual([]);
    const traces = scene()
      .traces()
      .filter((trace) => scene().canaries.some((canary) => trace.includes(canary) || trace.includes(encodeURIComponent(canary))));
    expect(traces, "a secret is on the console, or in an address, which logs keep").toEqual([]);
  });

  it("leaves none in a file, a process list or the image", { timeout }, async () => {
    const { canaries, root } = scene();
    const inImages: string[] = [];
    const look = async ({ images }: Work) => {
      for (const image of images) inImages.push(...(await leaksInImage(image, canaries)));
    };
    const looking: Provider = {
      ...provider,
      async rollout(ctx, before) {
        const rollout = await provider.rollout(ctx, before);
        return { ...rollout, tasks: [{ verb: "wait", target: "for a look", ownSteps: true, run: look }, ...rollout.tasks] };
      },
    };
    const meanwhile = await watchWhile(
      () => scene().run({ provider: looking }),
      async () => [...(await leaksInFiles(root, canaries)), ...(await leaksInProcesses(canaries))],
    );
    expect(inImages).toEqual([]);
    expect(meanwhile).toEqual([]);
    expect(await leaksInFiles(root, canaries)).toEqual([]);
  });
}

/** A careless provider: throws everything it was given. */
const leak: Provider["rollout"] = (ctx) => {
  const { env, options, token } = ctx;
  const everything = JSON.stringify({ env, options, token, variables: ctx.variables([]) });
  ctx.report({ type: "output", id: "leak", text: everything });
  ctx.report({ type: "warned", code: "LEFT_AT_HOST", message: everything, facts: {}, remedies: [] });
  throw new Error(everything, { cause: everything });
};

async function failure(run: Promise<unknown>): Promise<unknown> {
  const error = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isPublishError(error)) throw new Error("publish threw no PublishError", { cause: error });
  const { code, message, remedies, facts, stack, cause } = error;
  return { code, message, remedies, facts, stack, cause: String(cause) };
}
