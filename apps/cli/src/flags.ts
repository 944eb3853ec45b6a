import { Flags } from "@oclif/core";
import {
  PublishError,
  openProject,
  type OptionSpec,
  type OptionValues,
  type OwnFiles,
  type Project,
  type SiteOptions,
} from "@datasette-publish/core";
import { defaultLine, lineOf, lines, lockedVersions } from "@datasette-publish/runtime";
import { withExtraOptions } from "./extra-options.ts";

const site = "SITE";
/** May be given several times, one value each. */
export const several = { multiple: true, multipleNonGreedy: true } as const;

/** A name of several words is taken with underscores too, as `datasette publish` writes some of them. */
const words = (name: string) => ({ aliases: [name.replaceAll("-", "_")] });
const file = { helpValue: "FILE", helpGroup: site } as const;
const folder = { helpValue: "DIR", helpGroup: site } as const;

/** The site's options, by `datasette publish`'s names. */
export const siteFlags = {
  name: Flags.string({ description: "Name of the site; the default is the folder's", helpGroup: site }),
  title: Flags.string({ description: "Title of the site; the default is the folder's name", helpGroup: site }),
  description: Flags.string({ description: "Description of the site", helpGroup: site }),
  license: Flags.string({ description: "Licence of the data", helpGroup: site }),
  "license-url": Flags.string({ description: "Address of the licence", helpGroup: site, ...words("license-url") }),
  source: Flags.string({ description: "Where the data is from", helpGroup: site }),
  "source-url": Flags.string({ description: "Address of the source", helpGroup: site, ...words("source-url") }),
  about: Flags.string({ description: "What the site is about", helpGroup: site }),
  "about-url": Flags.string({ description: "Address of a page about it", helpGroup: site, ...words("about-url") }),
  metadata: Flags.string({ char: "m", description: "Datasette metadata, JSON or YAML; the default is the folder's", ...file }),
  config: Flags.string({
    char: "c",
    description: "Datasette configuration (datasette.yaml), JSON or YAML; the default is the folder's",
    ...file,
  }),
  setting: Flags.string({
    description: "Datasette setting, e.g. default_page_size=50",
    helpValue: "NAME=VALUE",
    ...several,
    helpGroup: site,
  }),
  "template-dir": Flags.string({ description: "Templates; the default is templates/ in the folder", ...folder, ...words("template-dir") }),
  "plugins-dir": Flags.string({ description: "Plugins, as Python files; the default is plugins/", ...folder, ...words("plugins-dir") }),
  static: Flags.string({
    description: "Files to serve at /MOUNT/; static/ in the folder is served at /static/",
    helpValue: "MOUNT:DIR",
    ...several,
    helpGroup: site,
  }),
  install: Flags.string({
    description:
      "Plugin to install: a name with versions, a wheel, or -r FILE; requirements.txt of a project folder is too. With --builder dockerfile also a source",
    helpValue: "REQUIREMENT",
    ...several,
    helpGroup: site,
  }),
  spatialite: Flags.boolean({ description: "Add SpatiaLite; the default is whether a database needs it", helpGroup: site }),
  crossdb: Flags.boolean({ description: "Allow SQL queries across databases", helpGroup: site }),
  "version-note": Flags.string({ description: "Note to show at /-/versions", helpGroup: site, ...words("version-note") }),
  "datasette-version": Flags.string({
    description: `Datasette to serve it with: ${lines.map((line) => lockedVersions[line].name).join(" or ")}; with --builder dockerfile any version, branch or zip [default: ${defaultLine}]`,
    helpValue: "VERSION",
    helpGroup: site,
    aliases: ["datasette_version", "branch"],
  }),
  "extra-options": Flags.string({
    description: "More options of datasette serve, in one text",
    helpValue: "OPTIONS",
    helpGroup: site,
    ...words("extra-options"),
  }),
};

/** Flags of the site that name its files. */
const ownFlags = ["metadata", "config", "template-dir", "plugins-dir", "static"] as const;

/** What the command line gave, by flag. */
export type Given = Readonly<Record<string, string | boolean | number | readonly string[] | undefined>>;

/** An option's key as a flag: `dryRun` → `--dry-run`. */
export function flag(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const camel = (name: string) => name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
/** An option's key as the name of its flag: `dryRun` → `dry-run`. */
export const kebab = (name: string): string => flag(name).slice("--".length);

/** Those of the flags that were given, by their keys. */
export function pick(flags: Given, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => flags[name] !== undefined).map((name) => [camel(name), flags[name]]));
}

/** The project of the paths that were given, under the name of `--name` and with the files that flags name. */
export function toProject(paths: readonly string[], given: Given): Project {
  const { name, ...flags } = withExtraOptions(given);
  return openProject(paths, { ...(typeof name === "string" && { name }), files: toOwnFiles(flags) });
}

function toOwnFiles({ metadata, config, "template-dir": templates, "plugins-dir": plugins, static: mounts }: Given): OwnFiles {
  const statics = listOf(mounts).map((pair) => {
    const at = pair.indexOf(":");
    if (at < 1 || at === pair.length - 1) throw notAPair("static", pair, "MOUNT:DIR");
    return { mount: pair.slice(0, at), folder: folderAt(pair.slice(at + 1)) };
  });
  return {
    ...(typeof metadata === "string" && { metadata: { path: metadata, name: metadata } }),
    ...(typeof config === "string" && { config: { path: config, name: config } }),
    ...(typeof templates === "string" && { templates: folderAt(templates) }),
    ...(typeof plugins === "string" && { plugins: folderAt(plugins) }),
    ...(statics.length > 0 && { statics }),
  };
}

/** What the flags say of the site besides its files. */
export function toSiteOptions(given: Given): SiteOptions {
  const flags = withExtraOptions(given);
  const apart = ["name", "install", "setting", "datasette-version", "extra-options", ...ownFlags];
  const names = Object.keys(siteFlags).filter((name) => !apart.includes(name));
  const settings = listOf(flags["setting"]).map((pair) => {
    const at = pair.indexOf("=");
    if (at === -1) throw notAPair("setting", pair, "NAME=VALUE");
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  const more = listOf(flags["more-arguments"]);
  const version = flags["datasette-version"];
  const line = typeof version === "string" ? { line: lineOf(version) } : {};
  return { ...pick(flags, names), ...line, ...(more.length > 0 && { moreArguments: more }), settings: Object.fromEntries(settings) };
}

function folderAt(path: string) {
  return { path, name: path, root: path };
}

function notAPair(option: string, given: string, form: string): PublishError {
  const message = `--${option} ${JSON.stringify(given)} is not of the form ${form}.`;
  return new PublishError("OPTION_INVALID", message, `Write it as --${option} ${form}.`, { option });
}

function listOf(value: Given[string]): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** The end of the name of a group of options that help shows last. */
export const moreGroup = " (MORE)";

/** A provider's option specs as oclif flags, kebab-case. */
export function providerFlags(specs: Readonly<Record<string, OptionSpec>>, helpGroup: string) {
  const groupOf = ({ level }: OptionSpec) => (level === "more" ? `${helpGroup}${moreGroup}` : helpGroup);
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [kebab(name), toFlag(spec, groupOf(spec))]));
}

/** A description with the keys that it holds in braces as flags: `what {run} serves on`. */
function withFlags(description: string): string {
  return description.replaceAll(/\{(\w+)\}/g, (_, key: string) => flag(key));
}

function toFlag(spec: OptionSpec, helpGroup: string) {
  const notes = [
    spec.required === true ? "[required]" : "",
    spec.default === undefined || spec.default === false ? "" : `[default: ${spec.default}]`,
    spec.env ? `[env: ${spec.env}]` : "",
  ];
  const common = {
    description: [withFlags(spec.description), ...notes].filter(Boolean).join(" "),
    helpGroup,
    secret: spec.secret === true,
    // -h is help.
    ...(spec.char === undefined || spec.char === "h" ? {} : { char: spec.char as "a" }),
  };
  if (spec.type === "boolean") return Flags.boolean({ ...common, allowNo: spec.default === true });
  const { minimum: min, maximum: max } = spec;
  if (spec.type === "integer")
    return Flags.integer({ ...common, helpValue: "NUMBER", ...(min !== undefined && { min }), ...(max !== undefined && { max }) });
  const text = {
    ...common,
    ...(typeof spec.choices === "object" ? { options: [...spec.choices] } : {}),
    ...(spec.type === "path" ? { helpValue: "PATH" } : {}),
  };
  return spec.multiple === true ? Flags.string({ ...text, ...several }) : Flags.string(text);
}

export function toOptionValues(flags: Given, specs: Readonly<Record<string, OptionSpec>>): OptionValues {
  return pick(flags, Object.keys(specs).map(kebab)) as OptionValues;
}
