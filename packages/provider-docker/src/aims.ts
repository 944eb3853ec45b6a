import { resolve } from "node:path";
import type { PlatformName, PushTarget } from "@datasette-publish/core/provider";
import { architectureOf, engineFor, isLocal, unreachable, type Engine } from "./engine.ts";
import { defaultPort, type Host } from "./options.ts";

/** What one publish is to do; `check` and `rollout` read the same aims. */
export interface Aims {
  readonly tag: string;
  readonly archive?: string;
  readonly layout?: string;
  readonly push?: string;
  /** The engine to load into, when that is asked for or the default. */
  readonly engine?: Engine;
  /** Port to serve on after loading. */
  readonly runPort?: number;
  /** True if no target was given and no engine answers: an archive is written instead. */
  readonly fellBack: boolean;
}

/** Reads the options, and asks for an engine only when one is needed. */
export async function readAims(ctx: Host): Promise<Aims> {
  const { archive, layout, push, tag, run, port = defaultPort } = ctx.options;
  const name = ctx.siteName;
  const chosen = archive !== undefined || layout !== undefined || push !== undefined;
  const engine = run || !chosen ? await engineFor(ctx) : undefined;
  if (run && engine === undefined)
    throw unreachable(ctx, ["Start Docker.", { action: "remove-option", option: "run", note: "to get an image archive instead" }]);
  const fellBack = !chosen && engine === undefined;
  return {
    tag: withTag(tag ?? name),
    fellBack,
    ...(archive !== undefined ? { archive } : fellBack ? { archive: resolve(`${name}.tar`) } : {}),
    ...(layout !== undefined ? { layout } : {}),
    ...(push !== undefined ? { push } : {}),
    ...(engine ? { engine } : {}),
    ...(run ? { runPort: port } : {}),
  };
}

/** The asked-for platforms; the engine's own when none is; amd64 without an engine. */
export async function platforms(ctx: Host): Promise<readonly PlatformName[]> {
  const { platform = [] } = ctx.options;
  if (platform.length > 0) return [...new Set(platform)];
  const { engine } = await readAims(ctx);
  return [`linux/${engine ? await architectureOf(ctx, engine) : "amd64"}`];
}

/** An engine here is all that the image is for. */
export async function staysLocal(ctx: Host): Promise<boolean> {
  const { engine, archive, layout, push } = await readAims(ctx);
  return engine !== undefined && isLocal(ctx) && [archive, layout, push].every((target) => target === undefined);
}

/** The registry that is pushed to: there, a repository is made by the first push. */
export async function pushesTo(ctx: Host): Promise<PushTarget | null> {
  const { push } = await readAims(ctx);
  return push === undefined ? null : { reference: push };
}

function withTag(reference: string): string {
  return /:[^/]+$/.test(reference) ? reference : `${reference}:latest`;
}
