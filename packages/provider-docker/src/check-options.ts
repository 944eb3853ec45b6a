import type { PublishError, Remedies } from "@datasette-publish/core/provider";
import { isLocal, shownAddress } from "./engine.ts";
import { leastMemoryMb } from "./memory.ts";
import type { Host } from "./options.ts";

/** Refuses options that contradict each other or would do nothing; needs no engine. */
export async function checkOptions(ctx: Host): Promise<void> {
  const { run, port, bind, archive, layout, push, tag, memory } = ctx.options;
  for (const reference of [push, tag]) await ctx.deliver.check({ reference });
  checkPlatforms(ctx);
  for (const [option, value] of Object.entries({ port, bind }))
    if (value !== undefined && !run)
      throw invalid(ctx, option, `A ${option === "port" ? "port" : "bind address"} needs a site that runs.`, [
        { action: "set-option", option: "run", value: true },
        { action: "remove-option", option },
      ]);
  if (memory > 0 && memory < leastMemoryMb)
    throw invalid(ctx, "memory", `A site needs ${leastMemoryMb} MB of memory, and ${memory} were given.`, {
      action: "set-option",
      option: "memory",
      value: String(leastMemoryMb),
      note: "or more",
    });
  if (tag !== undefined && push !== undefined && !run && archive === undefined && layout === undefined)
    throw invalid(ctx, "tag", "The reference to push to names the image already.", { action: "remove-option", option: "tag" });
  if (run && bind === undefined && !isLocal(ctx))
    throw invalid(ctx, "run", `A site runs on 127.0.0.1 of its engine, and the engine at ${shownAddress(ctx)} is not on this machine.`, [
      { action: "set-option", option: "bind", value: "0.0.0.0", note: "to serve on every address of the engine's machine" },
      { action: "remove-option", option: "run" },
    ]);
}

function checkPlatforms(ctx: Host): void {
  const { platform, run, archive, layout, push } = ctx.options;
  if (new Set(platform).size < 2) return;
  if (run || archive !== undefined || (layout === undefined && push === undefined))
    throw invalid(ctx, "platform", "An archive or an engine holds one platform.", [
      "Choose one platform.",
      { action: "set-option", option: "layout", note: "to write several" },
      { action: "set-option", option: "push", note: "to push several" },
    ]);
}

function invalid(ctx: Host, option: string, message: string, remedies: Remedies): PublishError {
  return ctx.error("OPTION_INVALID", message, remedies, { option });
}
