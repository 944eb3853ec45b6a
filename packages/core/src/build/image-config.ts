import { toArguments, toEnvironment } from "../site/serve.ts";
import type { Site } from "../site/site.ts";
import type { Runtime } from "./runtime.ts";

/** The port a site listens on unless the host sets `PORT`. */
export const defaultPort = 8006;
export type DefaultPort = typeof defaultPort;

/** Image label that holds the site's name; a provider finds a site's containers by it. */
export const siteLabel = "io.datasette.publish.site";
export type SiteLabel = typeof siteLabel;

/** What a container of a site is started with (image-spec, "Image Configuration", `config`). */
export interface ImageConfig {
  readonly User: string;
  /** `NAME=VALUE` */
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly ExposedPorts: Readonly<Record<string, object>>;
  readonly WorkingDir: string;
  readonly StopSignal: string;
  /** Docker's health check, which the image-spec reserves the field for; times in nanoseconds. */
  readonly Healthcheck: {
    readonly Test: readonly string[];
    readonly Interval: number;
    readonly Timeout: number;
    readonly StartPeriod: number;
    readonly StartInterval: number;
    readonly Retries: number;
  };
  readonly Labels: Readonly<Record<string, string>>;
}

/** What serves a site, whatever put it into the image. */
export type Server = Pick<Runtime, "entrypoint" | "env" | "user" | "datasetteVersion" | "pythonVersion"> &
  Partial<Pick<Runtime, "lockSha256" | "lockedAt">>;

/** How the container of a site is started: every builder's image has the same command, port, user and labels. */
export function imageConfig({ name, serve }: Site, { env, user, entrypoint, ...server }: Server): ImageConfig {
  const words = [...entrypoint, ...toArguments(serve)];
  return {
    User: serve.user ?? user,
    Env: [...env, ...toEnvironment(serve), `PORT=${defaultPort}`],
    // Heroku joins an image's command into one argument and refuses an image without one (heroku/cli issue 930): so it is one word.
    Entrypoint: words.slice(0, -1),
    Cmd: words.slice(-1),
    ExposedPorts: { [`${defaultPort}/tcp`]: {} },
    WorkingDir: serve.workingDir,
    StopSignal: "SIGTERM",
    Healthcheck: healthcheckOf(entrypoint),
    Labels: {
      ...annotationsOf(name, serve.metadata, server),
      [siteLabel]: name,
      "io.datasette.publish.datasette-version": server.datasetteVersion,
      "io.datasette.publish.python-version": server.pythonVersion,
      ...(server.lockSha256 !== undefined && { "io.datasette.publish.lock-sha256": server.lockSha256 }),
    },
  };
}

/** image-spec, "Pre-Defined Annotation Keys": what registries and scanners show of an image. Manifest and index repeat them. */
function annotationsOf(
  name: string,
  { title, description, about_url: url }: Readonly<Record<string, unknown>>,
  { lockedAt, datasetteVersion }: Pick<Server, "lockedAt" | "datasetteVersion">,
): Record<string, string> {
  return {
    "org.opencontainers.image.title": typeof title === "string" ? title : name,
    ...(typeof description === "string" && { "org.opencontainers.image.description": description }),
    ...(typeof url === "string" && { "org.opencontainers.image.url": url }),
    // The day on which the packages were chosen: of the clock, the same site would have another digest each time.
    ...(lockedAt !== undefined && { "org.opencontainers.image.created": lockedAt }),
    "org.opencontainers.image.version": datasetteVersion,
  };
}

const second = 1e9;

/** The launcher does it, as an image may have no shell. */
function healthcheckOf(entrypoint: readonly string[]): ImageConfig["Healthcheck"] {
  return {
    Test: ["CMD", ...entrypoint, "healthcheck"],
    Interval: 30 * second,
    Timeout: 10 * second,
    StartPeriod: 30 * second,
    StartInterval: 2 * second,
    Retries: 3,
  };
}
