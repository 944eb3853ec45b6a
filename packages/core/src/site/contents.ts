import { PublishError } from "../errors/publish-error.ts";
import { setOption } from "../errors/remedies.ts";
import { stateOf, type InputFile, type LeftOut } from "../files/input-file.ts";
import type { OwnFiles, OwnFolder, OwnKind } from "../files/own-files.ts";
import { isObject, readConfiguration, type Description } from "./configuration-file.ts";
import { readFolder } from "./read-folder.ts";
import { places, staticPlace, type ServedFile, type StaticMount } from "./serve.ts";

/** A file of the user's that goes into a site besides its data, or that something in it is made of. */
export interface ContentFile {
  /** As the user knows it. */
  readonly from: string;
  readonly what: OwnKind;
  /** Path where the site is served, without the leading slash; null for what is no file there. */
  readonly name: string | null;
}

/** A site's own files, read. */
export interface Contents {
  readonly metadata: Description;
  readonly config: Description;
  /** Name → value, as text. */
  readonly settings: Readonly<Record<string, string>>;
  readonly plugins: readonly ServedFile[];
  readonly templates: readonly ServedFile[];
  readonly statics: readonly StaticMount[];
  readonly files: readonly ContentFile[];
  readonly leftOut: readonly LeftOut[];
  /** Files that are read again when the image is made, in the state that they were in. */
  readonly sources: readonly (InputFile & { readonly state: string })[];
}

/** Of a site that has none. */
export const noContents: Contents = {
  metadata: {},
  config: {},
  settings: {},
  plugins: [],
  templates: [],
  statics: [],
  files: [],
  leftOut: [],
  sources: [],
};

/** Collects what is read. */
interface Reading {
  readonly files: ContentFile[];
  readonly leftOut: LeftOut[];
  readonly sources: (InputFile & { state: string })[];
}

/**
 * Reads a site's own files: what describes it as data, what is served as a list of files.
 * @throws PublishError `SITE_METADATA_INVALID`, `INPUT_NOT_FOUND`, `INPUT_UNREADABLE`, `OPTION_INVALID`
 */
export async function readContents(own: OwnFiles): Promise<Contents> {
  const reading: Reading = { files: [], leftOut: [], sources: [] };
  const [metadata, fromMetadata] = await describe(own.metadata, "metadata", places.metadata, reading);
  const [config, fromConfig] = await describe(own.config, "config", places.config, reading);
  const settings = own.settings === undefined ? {} : toSettings(await readConfiguration(own.settings), own.settings);
  for (const kind of ["settings", "requirements"] as const)
    if (own[kind] !== undefined) reading.files.push({ from: own[kind].name, what: kind, name: null });
  const templates = await serveFolder(own.templates, "templates", places.templates, reading);
  const plugins = await serveFolder(own.plugins, "plugins", places.plugins, reading);
  const mounts = (own.statics ?? []).map(({ mount, folder }) => ({ mount: toMount(mount), folder }));
  const statics: StaticMount[] = [];
  for (const { mount, folder } of mounts) {
    refuseWithin(mount, statics);
    statics.push({ mount, files: await serveFolder(folder, "static", staticPlace(mount), reading) });
  }
  return { metadata, config, settings: { ...settings, ...fromMetadata, ...fromConfig }, plugins, templates, statics, ...reading };
}

/** A description without its `settings`, which Datasette is given one by one: so both versions take them. */
async function describe(
  file: InputFile | undefined,
  what: OwnKind,
  name: string,
  { files }: Reading,
): Promise<[Description, Record<string, string>]> {
  if (file === undefined) return [{}, {}];
  const { settings, ...description } = await readConfiguration(file);
  files.push({ from: file.name, what, name });
  if (settings === undefined || settings === null) return [description, {}];
  if (isObject(settings)) return [description, toSettings(settings, file)];
  throw settingError(file, "settings");
}

function toSettings(settings: Description, file: InputFile): Record<string, string> {
  const given = Object.entries(settings).filter(([, value]) => value !== null);
  return Object.fromEntries(
    given.map(([name, value]) => {
      if (typeof value === "boolean") return [name, value ? "on" : "off"];
      if (typeof value === "string" || typeof value === "number") return [name, String(value)];
      throw settingError(file, name);
    }),
  );
}

function settingError({ name: file }: InputFile, setting: string): PublishError {
  const message = `${file}: the value of ${setting} is none that a setting can have.`;
  return new PublishError("SITE_METADATA_INVALID", message, { action: "replace-file", file }, { file, setting });
}

async function serveFolder(folder: OwnFolder | undefined, what: OwnKind, place: string, reading: Reading): Promise<ServedFile[]> {
  if (folder === undefined) return [];
  const found = await readFolder(folder, reading.leftOut);
  for (const { path, name, label } of found) {
    reading.files.push({ from: name, what, name: `${place}/${label}` });
    reading.sources.push({ path, name, state: await stateOf(path) });
  }
  return found.map(({ path, label }) => ({ name: label, source: path }));
}

/** A mount as Datasette takes it. It is a folder beside the templates and plugins, so it cannot be called as they are. */
function toMount(given: string): string {
  const mount = given.replace(/^\/+|\/+$/g, "");
  const parts = mount.split("/");
  const isPath = parts.every((part) => /^[^\s.:\\][^\s:\\]*$/.test(part));
  const isTaken = ["-", "templates", "plugins"].includes(parts[0]!) || parts[0]!.endsWith(".json");
  if (isPath && !isTaken) return mount;
  const message = `${JSON.stringify(given)} is no address that files can be served at${isPath ? ": it is taken" : ""}.`;
  throw new PublishError("OPTION_INVALID", message, setOption("static", "assets:./assets", "for one"), { option: "static", mount: given });
}

function refuseWithin(mount: string, others: readonly StaticMount[]): void {
  const outer = others.find((other) => `${mount}/`.startsWith(`${other.mount}/`) || `${other.mount}/`.startsWith(`${mount}/`));
  if (outer === undefined) return;
  const message = `Two folders are to be served at ${outer.mount} and ${mount}, of which one is in the other.`;
  throw new PublishError("OPTION_INVALID", message, "Serve one of them at another address.", { option: "static", mount });
}
