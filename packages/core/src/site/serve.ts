import type { Database } from "../convert/dataset.ts";
import { configurationOf } from "./configuration.ts";

/** Datasette's inspect-data.json: database name → counts. */
export type InspectData = Record<string, { hash: string; size: number; file: string; tables: Record<string, { count: number | null }> }>;

/** A file that the site is served with. */
export interface ServedFile {
  /** Path where the site is served, without the leading slash: `data/data.db`. In {@link Serve}, the path below its folder. */
  readonly name: string;
  /** Path on this machine, or the bytes. */
  readonly source: string | Uint8Array;
}

/** A folder of files that Datasette serves as they are, below `/<mount>/`. */
export interface StaticMount {
  readonly mount: string;
  readonly files: readonly ServedFile[];
}

/** Whether an image keeps answers in memory; `auto` keeps none where one may depend on who asks. See docs/crowds.md. */
export const keepModes = ["auto", "on", "off"] as const;
export type KeepAnswers = (typeof keepModes)[number];

/** What Datasette is started with, as plain data. The image, the preview and its check all start from this. */
export interface Serve {
  /** Which Datasette serves it: what its files and arguments are written for. */
  readonly line: "0.65" | "1.0";
  /** Served as immutable, in this order. */
  readonly databases: readonly Pick<Database, "fileName" | "path">[];
  /** Databases that the site may write to: their paths at the host, made there when missing. */
  readonly writable: readonly string[];
  /** Metadata as it was given, in the format of any Datasette; see `configuration.ts` for what becomes of it. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Datasette 1.0's configuration as it was given, without settings. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Datasette settings, name → value. */
  readonly settings: Readonly<Record<string, string>>;
  readonly inspectData: InspectData;
  /** Python files of plugins. */
  readonly plugins: readonly ServedFile[];
  readonly templates: readonly ServedFile[];
  readonly statics: readonly StaticMount[];
  /** Allows SQL queries across databases. */
  readonly crossdb: boolean;
  /** Lets pages of other sites read this one. */
  readonly cors: boolean;
  /** A note on the page of versions. */
  readonly versionNote?: string;
  /** Arguments of `datasette serve` besides those that the rest of this makes. */
  readonly moreArguments: readonly string[];
  readonly keepAnswers: KeepAnswers;
  /** How long shared caches may keep pages of tables, in seconds; unset: as long as browsers. */
  readonly cdnSeconds?: number;
  /** Whether its image leaves out what serving does not need; see docs/image.md. */
  readonly slim: boolean;
  /** Absolute path. */
  readonly workingDir: string;
  /** `uid:gid` to start as; unset: the runtime's user. */
  readonly user?: string;
}

/** What every site starts from: no database, nothing of its own. */
export const emptyServe: Serve = {
  line: "0.65",
  databases: [],
  writable: [],
  metadata: {},
  config: {},
  settings: {},
  inspectData: {},
  plugins: [],
  templates: [],
  statics: [],
  crossdb: false,
  cors: true,
  moreArguments: [],
  keepAnswers: "auto",
  slim: false,
  workingDir: "/",
};

const dataFolder = "data";
/** Where a site's own files are: below its working folder, and as in its project, as plugins may look for them by a relative path. */
export const places = {
  site: "site",
  inspectData: "site/inspect-data.json",
  metadata: "site/metadata.json",
  config: "site/datasette.json",
  plugins: "site/plugins",
  templates: "site/templates",
} as const;

/** The folder of what is served below `/<mount>/`. */
export function staticPlace(mount: string): string {
  return `${places.site}/${mount}`;
}

/**
 * The files of the site itself; its databases come from {@link databaseFiles}.
 * @throws PublishError what `configurationOf` throws
 */
export function siteFiles(serve: Serve): ServedFile[] {
  const { inspectData, plugins, templates, statics } = serve;
  const { metadata, config } = configurationOf(serve);
  return [
    { name: places.inspectData, source: encodeJson(inspectData) },
    { name: places.metadata, source: encodeJson(metadata) },
    ...(isEmpty(config) ? [] : [{ name: places.config, source: encodeJson(config) }]),
    ...below(places.plugins, plugins),
    ...below(places.templates, templates),
    ...statics.flatMap(({ mount, files }) => below(staticPlace(mount), files)),
  ];
}

export function databaseFiles({ databases }: Serve): ServedFile[] {
  return databases.map(({ fileName, path }) => ({ name: `${dataFolder}/${fileName}`, source: path }));
}

/** The arguments of `datasette serve` for {@link siteFiles} and {@link databaseFiles} at their places. */
export function toArguments(serve: Serve): string[] {
  const { settings, plugins, templates, statics, writable, crossdb, cors, versionNote, moreArguments } = serve;
  return [
    ...databaseFiles(serve).flatMap(({ name }) => ["-i", `/${name}`]),
    "--inspect-file",
    `/${places.inspectData}`,
    "--metadata",
    `/${places.metadata}`,
    ...(isEmpty(configurationOf(serve).config) ? [] : ["--config", `/${places.config}`]),
    ...Object.entries(settings)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, value]) => ["--setting", name, value]),
    ...(plugins.length > 0 ? ["--plugins-dir", `/${places.plugins}`] : []),
    ...(templates.length > 0 ? ["--template-dir", `/${places.templates}`] : []),
    ...statics.flatMap(({ mount }) => ["--static", `${mount}:/${staticPlace(mount)}`]),
    ...writable,
    ...(writable.length > 0 ? ["--create"] : []),
    ...(crossdb ? ["--crossdb"] : []),
    ...(cors ? ["--cors"] : []),
    ...(versionNote === undefined ? [] : ["--version-note", versionNote]),
    ...moreArguments,
  ];
}

/** Variables of the image for its launcher, `NAME=VALUE`; none for what is so anyway. */
export function toEnvironment({ keepAnswers, cdnSeconds }: Serve): string[] {
  return [
    ...(keepAnswers === "auto" ? [] : [`DATASETTE_KEEP_ANSWERS=${keepAnswers}`]),
    ...(cdnSeconds === undefined ? [] : [`DATASETTE_CDN_SECONDS=${cdnSeconds}`]),
  ];
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

function below(folder: string, files: readonly ServedFile[]): ServedFile[] {
  return files.map(({ name, source }) => ({ name: `${folder}/${name}`, source }));
}

/** Readable, and in the order given: the order of metadata's keys shows on the site. */
function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}
