import { resolve } from "node:path";
import { PublishError, defaultPort, parseReference, type HostContext, type Platform, type ProviderContext } from "@datasette-publish/core";
import { architectureOf, connect, shownAddress, isLocal, type Engine } from "./engine.ts";

/** What one publish is to do; `plan` and `publish` read the same aims. */
export interface Aims {
  readonly tag: string;
  readonly archive?: string;
  readonly layout?: string;
  readonly push?: string;
  /** The engine to load into, when that is asked for or the default. */
  readonly engine?: Engine;
  /** Port to serve on after loading. */
  readonly runPort?: number;
  /** Neither a target nor an engine was there: the archive is a stand-in. */
  readonly fellBack: boolean;
}

/** Reads the options, and asks for an engine only when one is needed. */
export async function readAims(ctx: HostContext): Promise<Aims> {
  const { archive, layout, push, tag, run, port = defaultPort } = ctx.options;
  const name = ctx.siteName ?? "site";
  const chosen = archive !== undefined || layout !== undefined || push !== undefined;
  const engine = run || !chosen ? await connect(ctx.env, ctx.signal) : undefined;
  if (run && engine === undefined) throw unreachable(ctx.env);
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

/** Refuses options that contradict each other; needs no engine. */
export function checkOptions({ options, env }: HostContext): void {
  const { platform, run, port = defaultPort, timeout = 60, archive, layout, push, tag } = options;
  for (const reference of [push, tag]) if (typeof reference === "string") parseReference(reference);
  if (
    Array.isArray(platform) &&
    new Set(platform).size > 1 &&
    (run || archive !== undefined || (layout === undefined && push === undefined))
  )
    throw invalid("platform", "An archive or an engine holds one platform.", "Give several --platform only with --layout or --push.");
  if (Number(port) < 1 || Number(port) > 65_535)
    throw invalid("port", "--port must lie between 1 and 65535.", "Choose a port between 1024 and 65535.");
  if (Number(timeout) < 1) throw invalid("timeout", "--timeout must be at least 1 second.", "Give the container some time to start.");
  if (run && !isLocal(env))
    throw invalid(
      "run",
      `--run serves on 127.0.0.1, and the engine at ${shownAddress(env)} is elsewhere.`,
      "Leave out --run and start the image there.",
    );
}

/** The asked-for platforms; an engine's own when none is; else undefined, core's default. */
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

function unreachable(env: HostContext["env"]): PublishError {
  return new PublishError(
    "ENGINE_UNREACHABLE",
    `No Docker engine answers at ${shownAddress(env)}.`,
    "Start Docker, or leave out --run to get an image archive instead.",
    { address: shownAddress(env) },
  );
}

function invalid(option: string, message: string, hint: string): PublishError {
  return new PublishError("OPTION_INVALID", message, hint, { option });
}
