import type { Database } from "../convert/dataset.ts";

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
  /** Served as immutable, in this order. */
  readonly databases: readonly Pick<Database, "fileName" | "path">[];
  /** Databases that the site may write to: their paths at the host, made there when missing. */
  readonly writable: readonly string[];
  /** Metadata in Datasette 0.65's format. */
  readonly metadata: Readonly<Record<string, unknown>>;
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
  readonly keepAnswers: KeepAnswers;
  /** How long shared caches may keep pages of tables, in seconds; unset: as long as browsers. */
  readonly cdnSeconds?: number;
  /** Absolute path. */
  readonly workingDir: string;
  /** `uid:gid` to start as; unset: the runtime's user. */
  readonly user?: string;
}

/** What every site starts from: no database, nothing of its own. */
export const emptyServe: Serve = {
  databases: [],
  writable: [],
  metadata: {},
  settings: {},
  inspectData: {},
  plugins: [],
  templates: [],
  statics: [],
  crossdb: false,
  cors: true,
  keepAnswers: "auto",
  workingDir: "/",
};

const folders = { data: "data", site: "site", plugins: "site/plugins", templates: "site/templates", statics: "site/static" } as const;
const inspectFile = `${folders.site}/inspect-data.json`;
const metadataFile = `${folders.site}/metadata.json`;

/** The files of the site itself; its databases come from {@link databaseFiles}. */
export function siteFiles({ inspectData, metadata, plugins, templates, statics }: Serve): ServedFile[] {
  return [
    { name: inspectFile, source: encodeJson(inspectData) },
    { name: metadataFile, source: encodeJson(metadata) },
    ...below(folders.plugins, plugins),
    ...below(folders.templates, templates),
    ...statics.flatMap(({ files }, at) => below(`${folders.statics}/${at}`, files)),
  ];
}

export function databaseFiles({ databases }: Serve): ServedFile[] {
  return databases.map(({ fileName, path }) => ({ name: `${folders.data}/${fileName}`, source: path }));
}

/** The arguments of `datasette serve` for {@link siteFiles} and {@link databaseFiles} at their places. */
export function toArguments(serve: Serve): string[] {
  const { settings, plugins, templates, statics, writable, crossdb, cors } = serve;
  return [
    ...databaseFiles(serve).flatMap(({ name }) => ["-i", `/${name}`]),
    "--inspect-file",
    `/${inspectFile}`,
    "--metadata",
    `/${metadataFile}`,
    ...Object.entries(settings)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, value]) => ["--setting", name, value]),
    ...(plugins.length > 0 ? ["--plugins-dir", `/${folders.plugins}`] : []),
    ...(templates.length > 0 ? ["--template-dir", `/${folders.templates}`] : []),
    ...statics.flatMap(({ mount }, at) => ["--static", `${mount}:/${folders.statics}/${at}`]),
    ...writable,
    ...(writable.length > 0 ? ["--create"] : []),
    ...(crossdb ? ["--crossdb"] : []),
    ...(cors ? ["--cors"] : []),
  ];
}

/** Variables of the image for its launcher, `NAME=VALUE`; none for what is so anyway. */
export function toEnvironment({ keepAnswers, cdnSeconds }: Serve): string[] {
  return [
    ...(keepAnswers === "auto" ? [] : [`DATASETTE_KEEP_ANSWERS=${keepAnswers}`]),
    ...(cdnSeconds === undefined ? [] : [`DATASETTE_CDN_SECONDS=${cdnSeconds}`]),
  ];
}

function below(folder: string, files: readonly ServedFile[]): ServedFile[] {
  return files.map(({ name, source }) => ({ name: `${folder}/${name}`, source }));
}

/** Readable, and in the order given: the order of metadata's keys shows on the site. */
function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);
}
