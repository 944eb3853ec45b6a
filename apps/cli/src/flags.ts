import { Flags } from "@oclif/core";
import {
  PublishError,
  openProject,
  readMetadata,
  type ConvertOptions,
  type OptionSpec,
  type OptionValues,
  type Project,
  type SiteOptions,
} from "@datasette-publish/core";

const convert = "CSV";
const site = "SITE";
/** May be given several times, one value each. */
export const several = { multiple: true, multipleNonGreedy: true } as const;
const columns = { helpValue: "COLUMN", ...several, helpGroup: convert } as const;

/** Convert's options, by csvs-to-sqlite's long names; short ones only where no provider's can clash. */
export const convertFlags = {
  separator: Flags.string({
    description: "Field delimiter of every file; the default is found per file: comma, semicolon, tab or |",
    helpGroup: convert,
  }),
  encoding: Flags.string({ description: "Encoding of files that are not UTF-8, e.g. windows-1252", helpGroup: convert }),
  "empty-as-text": Flags.boolean({ description: "Keep blank fields as empty strings; the default is NULL", helpGroup: convert }),
  "just-strings": Flags.boolean({ description: "Store every column as TEXT", helpGroup: convert }),
  "primary-key": Flags.string({ description: "Column of the primary key; give several for a compound one", ...columns }),
  fts: Flags.string({ description: "Column to index for full-text search", ...columns }),
  index: Flags.string({ description: "Column (or a,b for several) to index", ...columns }),
};

export const siteFlags = {
  name: Flags.string({ description: "Name of the site; the default is the folder's", helpGroup: site }),
  title: Flags.string({ description: "Title of the site; the default is the folder's name", helpGroup: site }),
  description: Flags.string({ description: "Description of the site", helpGroup: site }),
  license: Flags.string({ description: "Licence of the data", helpGroup: site }),
  "license-url": Flags.string({ description: "Address of the licence", helpGroup: site }),
  source: Flags.string({ description: "Where the data is from", helpGroup: site }),
  "source-url": Flags.string({ description: "Address of the source", helpGroup: site }),
  metadata: Flags.string({ description: "Datasette metadata file (JSON)", helpValue: "FILE", helpGroup: site }),
  setting: Flags.string({
    description: "Datasette setting, e.g. default_page_size=50",
    helpValue: "NAME=VALUE",
    ...several,
    helpGroup: site,
  }),
};

/** What the command line gave, by flag. */
export type Given = Readonly<Record<string, string | boolean | number | readonly string[] | undefined>>;

/** An option's key as a flag: `dryRun` → `--dry-run`. */
export function flag(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

const camel = (name: string) => name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
/** An option's key as the name of its flag: `dryRun` → `dry-run`. */
export const kebab = (name: string): string => flag(name).slice("--".length);

function pick(flags: Given, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => flags[name] !== undefined).map((name) => [camel(name), flags[name]]));
}

export function toConvertOptions(flags: Given): ConvertOptions {
  const options = pick(flags, Object.keys(convertFlags));
  if (options["separator"] === String.raw`\t`) options["separator"] = "\t";
  return options;
}

/** The project of the paths that were given, under the name of `--name`. */
export function toProject(paths: readonly string[], { name }: Given): Project {
  return openProject(paths, typeof name === "string" ? { name } : {});
}

/** What the flags say of the site; reads the file of `--metadata`. */
export async function toSiteOptions(flags: Given): Promise<SiteOptions> {
  const { name: _, setting, metadata, ...options } = pick(flags, Object.keys(siteFlags));
  const settings = ((setting as string[] | undefined) ?? []).map((pair) => {
    const at = pair.indexOf("=");
    if (at === -1)
      throw new PublishError("OPTION_INVALID", `--setting ${JSON.stringify(pair)} has no value.`, "Write it as --setting NAME=VALUE.", {
        option: "setting",
      });
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  const file = typeof metadata === "string" ? { metadata: await readMetadata(metadata) } : {};
  return { ...options, ...file, settings: Object.fromEntries(settings) };
}

/** The end of the name of the group of a provider's options that help shows last. */
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
