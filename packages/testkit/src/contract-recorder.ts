import type { Deliver, PlanAction, Provider } from "@datasette-publish/core";

/** A provider that writes down what it delivers, in the words of a plan. */
export function recorded(provider: Provider): { provider: Provider; actions: readonly PlanAction[] } {
  const actions: PlanAction[] = [];
  const recording: Provider = {
    ...provider,
    rollout: (ctx, before) => provider.rollout({ ...ctx, deliver: recordDeliver(ctx.deliver, actions) }, before),
  };
  return { provider: recording, actions };
}

function recordDeliver(deliver: Deliver, actions: PlanAction[]): Deliver {
  const note = (verb: PlanAction["verb"], target: string): void => void actions.push({ verb, target });
  return {
    archive(image, file, reference) {
      note("write", file);
      return deliver.archive(image, file, reference);
    },
    archiveStream(image, reference) {
      note("load", reference);
      return deliver.archiveStream(image, reference);
    },
    layout(images, dir, reference) {
      note("write", dir);
      return deliver.layout(images, dir, reference);
    },
    push(images, reference, options) {
      note("push", reference);
      return deliver.push(images, reference, options);
    },
    pushAhead: deliver.pushAhead,
    source: deliver.source,
    check: deliver.check,
  };
}
