import { createServer } from "node:net";
import { PublishError } from "@datasette-publish/core";
import type { Engine } from "./engine.ts";
import { containersOf, isActive } from "./label.ts";

/** Throws `PORT_TAKEN` when something other than the site's own container holds the port. */
export async function requirePort(engine: Engine, site: string, port: number): Promise<void> {
  if (!(await isTaken(port))) return;
  const own = await containersOf(engine, site);
  if (!own.some((each) => isActive(each) && each.Ports.some(({ PublicPort }) => PublicPort === port))) throw portTaken(port);
}

/** `PORT_TAKEN` for a port of 127.0.0.1. */
export function portTaken(port: number): PublishError {
  return new PublishError("PORT_TAKEN", `Port ${port} of 127.0.0.1 is in use.`, "Choose another port with --port, or stop what uses it.", {
    port,
  });
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EADDRINUSE"));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => resolve(false)));
  });
}
