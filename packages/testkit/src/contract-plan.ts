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
    expect(changes(), "plan changed the host").toEqual([]);
    expect(await listFiles(scene().root), "plan wrote files").toEqual(before);
    expect(deployment).toBeUndefined();
    expect(plan, "plan says nothing").not.toEqual([]);
    const recording = recorded(provider);
    await scene().run({ provider: recording.provider });
    const others = plan?.filter((action) => !isDelivery(action));
    expect(words(plan?.filter(isDelivery)), "publish delivered something else than plan says").toEqual(words(recording.actions));
    const effects = setup.effects ? await setup.effects() : others;
    expect(words(others).toSorted(), "the host has something else than plan says").toEqual(words(effects).toSorted());
  });

  it("makes one deployment of two publishes", { timeout }, async () => {
    const first = await scene().run();
    const files = await listFiles(scene().dir);
    const changes = watchChanges(setup.host);
    const second = await scene().run();
    expect(second.deployment, "the second publish made another deployment").toMatchObject({
      id: first.deployment?.id,
      url: first.deployment?.url,
    });
    expect(await listFiles(scene().dir)).toEqual(files);
    expect(changes(), "the second publish changed the host, though nothing was to change").toEqual([]);
  });

  it("delivers a change, to the same deployment", { timeout }, async () => {
    const first = await scene().run();
    await scene().change();
    const { plan } = await scene().run({ dryRun: true });
    const recording = recorded(provider);
    const second = await scene().run({ provider: recording.provider });
    expect(second.deployment?.id, "the changed site is another deployment").toBe(first.deployment?.id);
    expect(words(recording.actions), "publish delivered something else than plan says").toEqual(words(plan?.filter(isDelivery)));
  });

  it("sends nothing of an image that is too large", { timeout }, async () => {
    const before = await listFiles(scene().dir);
    const changes = watchChanges(setup.host);
    const recording = recorded({ ...provider, accepts: { images: { ...provider.accepts.images, maxBytes: 100 } } });
    await expect(scene().run({ provider: recording.provider })).rejects.toMatchObject({ code: "IMAGE_TOO_LARGE" });
    expect(recording.actions).toEqual([]);
    expect(changes()).toEqual([]);
    expect(await listFiles(scene().dir)).toEqual(before);
  });
}

function isDelivery({ verb }: PlanAction): boolean {
  return verb === "write" || verb === "push" || verb === "load";
}

function words(actions: readonly PlanAction[] = []): readonly string[] {
  return actions.map(({ verb, target }) => `${verb} ${target}`);
}
