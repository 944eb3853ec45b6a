import type { PlanAction } from "@datasette-publish/core";
import { expect, it } from "vitest";
import { recorded } from "./contract-recorder.ts";
import { contractTimeoutMs as timeout, listFiles, type Contract } from "./contract-scene.ts";
import { watchChanges } from "./contract-setup.ts";

/** A plan comes true, planning and repeating change nothing, and what is too large is not sent. */
export function describesPlan({ provider, setup, scene }: Contract): void {
  it("plans what publish then does, and changes nothing while planning", { timeout }, async () => {
    const before = await listFiles(scene().root);
    const changes = watchChanges(setup.host);
    const { plan, deployment } = await scene().run({ dryRun: true });
    expect(changes()).toEqual([]);
    expect(await listFiles(scene().root)).toEqual(before);
    expect(deployment).toBeUndefined();
    expect(plan?.length).toBeGreaterThan(0);
    const recording = recorded(provider);
    await scene().run({ provider: recording.provider });
    const others = plan?.filter((action) => !isDelivery(action));
    expect(sorted(plan?.filter(isDelivery))).toEqual(sorted(recording.actions));
    expect(sorted(others)).toEqual(sorted(setup.effects ? await setup.effects() : others));
  });

  it("makes one deployment of two publishes", { timeout }, async () => {
    const first = await scene().run();
    const files = await listFiles(scene().dir);
    const changes = watchChanges(setup.host);
    const second = await scene().run();
    expect(second.deployment?.id).toBe(first.deployment?.id);
    expect(second.deployment?.url).toBe(first.deployment?.url);
    expect(await listFiles(scene().dir)).toEqual(files);
    expect(changes()).toEqual([]);
  });

  it("sends nothing of an image that is too large", { timeout }, async () => {
    const before = await listFiles(scene().dir);
    const changes = watchChanges(setup.host);
    const recording = recorded({ ...provider, accepts: { ...provider.accepts, maxBytes: 100 } });
    await expect(scene().run({ provider: recording.provider })).rejects.toMatchObject({ code: "IMAGE_TOO_LARGE" });
    expect(recording.actions).toEqual([]);
    expect(changes()).toEqual([]);
    expect(await listFiles(scene().dir)).toEqual(before);
  });
}

function isDelivery({ verb }: PlanAction): boolean {
  return verb === "write" || verb === "push" || verb === "load";
}

function sorted(actions: readonly PlanAction[] = []): readonly string[] {
  return actions.map(({ verb, target }) => `${verb} ${target}`).sort();
}
