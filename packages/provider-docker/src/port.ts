import { createServer } from "node:net";
import type { HostContext, PublishError, Remedy } from "@datasette-publish/core/provider";
import type { ContainerInfo } from "dockerode";
import { isLocal, type Engine } from "./engine.ts";
import { containersOf, isActive, siteLabel } from "./label.ts";

/** Throws `PORT_TAKEN` when something other than the site's own container holds the port of this machine. */
export async function requirePort(ctx: HostContext, engine: Engine, port: number): Promise<void> {
  if (!isLocal(ctx) || !(await isTaken(port))) return;
  const holds = (each: ContainerInfo) => isActive(each) && each.Ports.some(({ PublicPort }) => PublicPort === port);
  if ((await containersOf(ctx, engine, ctx.siteName)).some(holds)) return;
  throw portTaken(ctx, port, (await containersOf(ctx, engine)).find(holds)?.Labels[siteLabel]);
}

/** `PORT_TAKEN` for a port of the engine's machine; `other` is the site that has it. */
export function portTaken(ctx: HostContext, port: number, other?: string): PublishError {
  const message = `Port ${port} is in use by ${other ? `the site ${other}` : "another program"}.`;
  const free: Remedy | string = other
    ? { action: "use", verb: "unpublish", provider: ctx.provider, options: { name: other }, note: "to free it" }
    : "Or stop the program that uses it.";
  const remedies = [{ action: "set-option", option: "port", note: "to choose another" } as const, free];
  return ctx.error("PORT_TAKEN", message, remedies, { port, site: other ?? null });
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EADDRINUSE"));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => resolve(false)));
  });
}
