import { siteLabel } from "@datasette-publish/core";
import type { ContainerInfo } from "dockerode";
import { engineError, type Engine } from "./engine.ts";

/** Labels of a container that `--run` made. The image carries the first too, and so does what `docker run` makes of it: only both mean ours. */
export function labelsOf(site: string): Record<string, string> {
  return { [siteLabel]: site, "io.datasette.publish.run": "true" };
}

/** Name a site's container ends up with. */
export function containerName(site: string): string {
  return `datasette-${site}`;
}

/** Every container that `--run` made for the site, running or not. */
export async function containersOf(engine: Engine, site: string): Promise<ContainerInfo[]> {
  const label = Object.entries(labelsOf(site)).map((pair) => pair.join("="));
  return engine.listContainers({ all: true, filters: { label } }).catch((error: unknown) => {
    throw engineError(error, "listing containers");
  });
}
