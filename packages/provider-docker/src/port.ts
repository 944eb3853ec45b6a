import { createServer } from "node:net";
import { PublishError, setOption, siteLabel, useVerb } from "@datasette-publish/core";
import type { ContainerInfo } from "dockerode";
import type { Engine } from "./engine.ts";
import { containersOf, isActive } from "./label.ts";

/** Throws `PORT_TAKEN` when something other than the site's own container holds the port. */
export async function requirePort(engine: Engine, site: string, port: number): Promise<void> {
  if (!(await isTaken(port))) return;
  const holds = (each: ContainerInfo) => isActive(each) && each.Ports.some(({ PublicPort }) => PublicPort === port);
  if ((await containersOf(engine, site)).some(holds)) return;
  throw portTaken(port, (await containersOf(engine)).find(holds)?.Labels[siteLabel]);
}

/** `PORT_TAKEN` for a port of 127.0.0.1; `other` is the site that has it. */
export function portTaken(port: number, other?: string): PublishError {
  const message = `Port ${port} of 127.0.0.1 is in use by ${other ? `the site ${other}` : "another program"}.`;
  const free = other ? useVerb("unpublish", "docker", { name: other }, "to free it") : "Or stop the program that uses it.";
  return new PublishError("PORT_TAKEN", message, [setOption("port", undefined, "to choose another"), free], { port, site: other ?? null });
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EADDRINUSE"));
    probe.listen({ port, host: "127.0.0.1", exclusive: true }, () => probe.close(() => resolve(false)));
  });
}
