import type { LoginContext, SiteLabel } from "@datasette-publish/core/provider";
import type { ContainerInfo } from "dockerode";
import { during, type Engine } from "./engine.ts";

/** Label of an image, and of all containers of it, that holds the site's name. */
export const siteLabel: SiteLabel = "io.datasette.publish.site";
/** Tells our containers from those of any `docker run` of the image. */
const runLabel = "io.datasette.publish.run";

/** Label of a container that holds the names of the variables it was given, parted by commas. */
export const variablesLabel = "io.datasette.publish.variables";
/** Label of a container that holds where it serves. */
export const urlLabel = "io.datasette.publish.url";

/** Label of a container that tells which input it was published from. */
export const sourceLabel = "io.datasette.publish.source";

/** Label of a container that holds the id of the image that served before. */
export const previousLabel = "io.datasette.publish.previous";

/** What the labels of a container tell. */
export interface LabelValues {
  readonly site: string;
  readonly source: string;
  readonly url: string;
  /** Id of the image that served before; `""` for none. */
  readonly previous: string;
  readonly variables: readonly string[];
}

/** Labels of a container that serves a site. */
export function labelsOf({ site, source, url, previous, variables }: LabelValues): Record<string, string> {
  return {
    [siteLabel]: site,
    [runLabel]: "true",
    [sourceLabel]: source,
    [urlLabel]: url,
    [previousLabel]: previous,
    [variablesLabel]: variables.join(","),
  };
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
export async function containersOf(ctx: LoginContext, engine: Engine, site?: string): Promise<ContainerInfo[]> {
  const label = [`${runLabel}=true`, ...(site === undefined ? [] : [`${siteLabel}=${site}`])];
  return during(ctx, "listing containers", engine.listContainers({ all: true, filters: { label } }));
}
