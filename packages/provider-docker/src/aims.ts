import { resolve } from "node:path";
import { defaultPort, removeOption, type HostContext, type Platform, type ProviderContext } from "@datasette-publish/core";
import { architectureOf, engineFor, unreachable, type Engine } from "./engine.ts";

/** What one publish is to do; `check`, `plan` and `publish` read the same aims. */
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
export async function readAims(ctx: HostContext): Promise<Aims> {
  const { archive, layout, push, tag, run, port = defaultPort } = ctx.options;
  const name = ctx.siteName;
  const chosen = archive !== undefined || layout !== undefined || push !== undefined;
  const engine = run || !chosen ? await engineFor(ctx) : undefined;
  if (run && engine === undefined) throw unreachable(ctx, ["Start Docker.", removeOption("run", "to get an image archive instead")]);
  const fellBack = !chosen && engine === undefined;
  return {
    tag: withTag(typeof tag === "string" ? tag : name),
    fellBack,
    ...(typeof archive === "string" ? { archive } : fellBack ? { archive: resolve(`${name}.tar`) } : {}),
    ...(typeof layout === "string" ? { layout } : {}),
    ...(typeof push === "string" ? { push } : {}),
    ...(engine ? { engine } : {}),
    ...(run ? { runPort: Number(port) } : {}),
  };
}

/** The asked-for platforms; the engine's own when none is; amd64 without an engine. */
export async function platforms(ctx: ProviderContext): Promise<readonly Platform[]> {
  const { platform } = ctx.options;
  if (Array.isArray(platform) && platform.length > 0) return [...new Set(platform as string[])].map(parsePlatform);
  const { engine } = await readAims(ctx);
  return [{ os: "linux", architecture: engine ? await architectureOf(engine) : "amd64" }];
}

function parsePlatform(platform: string): Platform {
  return { os: "linux", architecture: platform === "linux/arm64" ? "arm64" : "amd64" };
}

function withTag(reference: string): string {
  return /:[^/]+$/.test(reference) ? reference : `${reference}:latest`;
}
