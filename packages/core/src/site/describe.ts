import type { Database, Dataset } from "../convert/dataset.ts";
import { PublishError } from "../errors/publish-error.ts";
import { mergeDescriptions } from "./configuration.ts";
import { noContents, type ContentFile, type Contents } from "./contents.ts";
import { withPluginSecrets } from "./plugin-secrets.ts";
import { emptyServe, places, type InspectData, type Serve } from "./serve.ts";
import type { Site, SiteOptions } from "./site.ts";
import { tableTexts } from "./table-texts.ts";

/**
 * Adds to a dataset what Datasette is started with to serve it: metadata, configuration, settings, inspect data, files.
 *
 * @param title what the site is called unless something says otherwise; without one, Datasette calls every site Datasette
 * @param contents the site's own files; what `options` say wins over them
 * @throws PublishError `OPTION_INVALID` for a setting that Datasette cannot have
 */
export function describeSite(
  dataset: Dataset,
  { name, title }: { name: string; title: string | null },
  options: SiteOptions,
  contents: Contents = noContents,
): Site {
  const { line = emptyServe.line, keepAnswers = emptyServe.keepAnswers, cdnSeconds, versionNote } = options;
  const { plugins, templates, statics } = contents;
  const settings = { ...contents.settings, ...options.settings };
  for (const setting of Object.keys(settings)) checkSetting(setting, line);
  const hasFiles = [plugins, templates, statics].some((files) => files.length > 0);
  return {
    name,
    dataset,
    serve: {
      ...emptyServe,
      line,
      databases: dataset.databases.map(({ fileName, path }) => ({ fileName, path })),
      metadata: describeMetadata(title, dataset.databases, options, contents),
      config: describeConfig(options, contents),
      settings,
      inspectData: toInspectData(dataset.databases),
      plugins,
      templates,
      statics,
      crossdb: options.crossdb ?? emptyServe.crossdb,
      cors: options.cors ?? emptyServe.cors,
      slim: options.slim ?? emptyServe.slim,
      moreArguments: options.moreArguments ?? [],
      keepAnswers,
      ...(cdnSeconds !== undefined && { cdnSeconds }),
      ...(versionNote !== undefined && { versionNote }),
      ...(hasFiles && { workingDir: `/${places.site}` }),
    },
    contents: { files: contents.files.map((file) => placed(file, line)), leftOut: [...(dataset.leftOut ?? []), ...contents.leftOut] },
  };
}

/** Datasette 0.65 has one file for metadata and configuration. */
function placed(file: ContentFile, line: Serve["line"]): ContentFile {
  return file.what === "config" && line === "0.65" ? { ...file, name: places.metadata } : file;
}

/** Datasette 1.0 takes any key of its configuration so: `plugins.datasette-cluster-map.tile_layer`. */
function checkSetting(name: string, line: Serve["line"]): void {
  if ((line === "0.65" ? /^[a-z_]+$/ : /^[\w-]+(?:\.[\w-]+)*$/).test(name)) return;
  throw new PublishError(
    "OPTION_INVALID",
    `${JSON.stringify(name)} is not a Datasette setting.`,
    "Use a setting's name, such as sql_time_limit_ms.",
    {
      option: "setting",
      name,
    },
  );
}

/** What the site's metadata says of a table wins over what is said beside its data. */
function describeMetadata(
  title: string | null,
  databases: readonly Database[],
  options: SiteOptions,
  contents: Contents,
): Record<string, unknown> {
  const metadata = mergeDescriptions(tableTexts(databases), options.metadata ?? contents.metadata);
  return withPluginSecrets({ ...(title !== null && { title }), ...metadata, ...titlesOf(options) }, options.pluginSecrets ?? []);
}

/** It wins over metadata: so a secret is in both, and what an option says not in it. */
function describeConfig(options: SiteOptions, contents: Contents): Readonly<Record<string, unknown>> {
  const titles = titlesOf(options);
  const entries = Object.entries(options.config ?? contents.config).filter(([key]) => !Object.hasOwn(titles, key));
  const config = Object.fromEntries(entries);
  return config["plugins"] === undefined ? config : withPluginSecrets(config, options.pluginSecrets ?? []);
}

/** What the options say of the site, by metadata's keys. */
function titlesOf(options: SiteOptions): Record<string, unknown> {
  const titles = {
    title: options.title,
    description: options.description,
    license: options.license,
    license_url: options.licenseUrl,
    source: options.source,
    source_url: options.sourceUrl,
    about: options.about,
    about_url: options.aboutUrl,
  };
  return Object.fromEntries(Object.entries(titles).filter(([, value]) => value !== undefined));
}

function toInspectData(databases: readonly Database[]): InspectData {
  return Object.fromEntries(
    databases.map(({ name, sha256, sizeBytes, fileName, tables }) => [
      name,
      {
        hash: sha256,
        size: sizeBytes,
        file: fileName,
        tables: Object.fromEntries(tables.map((table) => [table.name, { count: table.uncounted ? null : table.rows }])),
      },
    ]),
  );
}
