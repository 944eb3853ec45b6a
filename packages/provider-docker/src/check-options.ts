import { invalidOption, parseReference, type HostContext } from "@datasette-publish/core";
import { isLocal, shownAddress } from "./engine.ts";

/** Refuses options that contradict each other or would do nothing; needs no engine. */
export function checkOptions({ options, env }: HostContext): void {
  const { run, port, archive, layout, push, tag } = options;
  for (const reference of [push, tag]) if (typeof reference === "string") parseReference(reference);
  checkPlatforms(options);
  if (port !== undefined && !run) throw invalidOption("port", "--port is where --run serves.", "Add --run, or leave out --port.");
  if (tag !== undefined && push !== undefined && !run && archive === undefined && layout === undefined)
    throw invalidOption("tag", "--push names the image already.", "Leave out --tag, or put the name into --push.");
  if (run && !isLocal(env))
    throw invalidOption(
      "run",
      `--run serves on 127.0.0.1, and the engine at ${shownAddress(env)} is elsewhere.`,
      "Leave out --run and start the image there.",
    );
}

function checkPlatforms({ platform, run, archive, layout, push }: HostContext["options"]): void {
  if (!Array.isArray(platform) || new Set(platform).size < 2) return;
  if (run || archive !== undefined || (layout === undefined && push === undefined))
    throw invalidOption("platform", "An archive or an engine holds one platform.", "Give several --platform only with --layout or --push.");
}
