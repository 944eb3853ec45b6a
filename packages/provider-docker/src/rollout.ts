import type { Facts, Rollout } from "@datasette-publish/core/provider";
import { readAims, type Aims } from "./aims.ts";
import { shownAddress } from "./engine.ts";
import type { Publish } from "./options.ts";
import { archivePart, containerPart, layoutPart, loadPart, pushPart, type Part } from "./parts.ts";

/** How a publish goes: one part after the other, each for a target. What runs comes before what is stored in what is told of it. */
export async function rollout(ctx: Publish): Promise<Rollout> {
  const parts = await partsOf(await readAims(ctx), ctx);
  const running = parts.find(({ url }) => url !== undefined);
  return {
    ...running,
    tasks: parts.flatMap(({ tasks }) => tasks),
    result(made) {
      const results = parts.map(({ result }) => result(made));
      const [main] = running ? [running.result(made)] : results;
      return {
        ...(main && { id: main.id }),
        next: results.flatMap(({ next = [] }) => next),
        facts: Object.assign({ configDigest: made.images[0].configDigest }, ...results.map(({ facts }) => facts)) as Facts,
      };
    },
  };
}

async function partsOf(aims: Aims, ctx: Publish): Promise<readonly Part[]> {
  const { tag, archive, layout, push, engine, runPort } = aims;
  const parts: Part[] = [];
  if (archive !== undefined) parts.push(archivePart(archive, tag, () => warnOfArchive(aims, ctx), ctx));
  if (layout !== undefined) parts.push(layoutPart(layout, tag, ctx));
  if (push !== undefined) parts.push(pushPart(push, ctx));
  if (engine) parts.push(runPort === undefined ? loadPart(engine, tag, ctx) : await containerPart(engine, tag, runPort, ctx));
  return parts;
}

function warnOfArchive({ fellBack, archive }: Aims, ctx: Publish): void {
  if (!fellBack || archive === undefined) return;
  const address = shownAddress(ctx);
  ctx.warn("ENGINE_UNREACHABLE", `No Docker engine answers at ${address}: writing ${archive}.`, { address, archive });
}
