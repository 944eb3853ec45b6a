import { invalidOption, parseReference, removeOption, setOption, type HostContext } from "@datasette-publish/core";
import { isLocal, shownAddress } from "./engine.ts";

/** Refuses options that contradict each other or would do nothing; needs no engine. */
export function checkOptions(ctx: HostContext): void {
  const { options } = ctx;
  const { run, port, archive, layout, push, tag } = options;
  for (const reference of [push, tag]) if (typeof reference === "string") parseReference(reference);
  checkPlatforms(options);
  if (port !== undefined && !run)
    throw invalidOption("port", "A port needs a site that runs here.", [setOption("run", true), removeOption("port")]);
  if (tag !== undefined && push !== undefined && !run && archive === undefined && layout === undefined)
    throw invalidOption("tag", "The reference to push to names the image already.", removeOption("tag"));
  if (run && !isLocal(ctx))
    throw invalidOption("run", `A site runs on 127.0.0.1 of its engine, and the engine at ${shownAddress(ctx)} is not on this machine.`, [
      removeOption("run"),
      "Start the image there.",
    ]);
}

function checkPlatforms({ platform, run, archive, layout, push }: HostContext["options"]): void {
  if (!Array.isArray(platform) || new Set(platform).size < 2) return;
  if (run || archive !== undefined || (layout === undefined && push === undefined))
    throw invalidOption("platform", "An archive or an engine holds one platform.", [
      "Choose one platform.",
      setOption("layout", undefined, "to write several"),
      setOption("push", undefined, "to push several"),
    ]);
}
