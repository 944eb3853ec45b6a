import { siteLabel } from "@datasette-publish/core";
import type { ContainerInfo } from "dockerode";
import { during, type Engine } from "./engine.ts";

const runLabel = "io.datasette.publish.run";

/** Label of a container that holds the names of the variables it was given, parted by commas. */
export const variablesLabel = "io.datasette.publish.variables";
/** Label of a container that holds where it serves. */
export const urlLabel = "io.datasette.publish.url";

/** Label of a container that tells which input it was published from. */
export const sourceLabel = "io.datasette.publish.source";

/** Labels of a container that serves a site. The image carries the site's label too, and so does any `docker run` of it: `runLabel` tells ours apart. */
export function labelsOf(site: string, source: string, url: string, variables: readonly string[]): Record<string, string> {
  return { [siteLabel]: site, [runLabel]: "true", [sourceLabel]: source, [urlLabel]: url, [variablesLabel]: variables.join(",") };
}

/** Name a site's container ends up with. */
export function containerName(site: string): string {
  return `datasette-${site}`;
}

/** A container's name as the engine lists it, without its slash. */
export function nameOf({ Names, Id }: ContainerInfo): string {
  return Names[0]?.replace(/^\//, "") ?? Id;
}

/** Whether a container holds its port, or is about to take it: `paused` and `restarting` do, and stop like one that runs. */
export function isActive({ State }: ContainerInfo): boolean {
  return ["running", "paused", "restarting"].includes(State);
}

/** Every container that this tool made, for one site or for all; running or not, the latest first. */
export async function containersOf(engine: Engine, site?: string): Promise<ContainerInfo[]> {
  const label = [`${runLabel}=true`, ...(site === undefined ? [] : [`${siteLabel}=${site}`])];
  return during("listing containers", engine.listContainers({ all: true, filters: { label } }));
}
