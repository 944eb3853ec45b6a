import { readFile } from "node:fs/promises";
import type { Database, Dataset } from "../convert/dataset.ts";
import { PublishError } from "../errors/publish-error.ts";
import { messageOf } from "../files/failures.ts";
import { inputError } from "../files/input-file.ts";
import { withPluginSecrets } from "./plugin-secrets.ts";
import { emptyServe, type InspectData } from "./serve.ts";
import type { Site, SiteOptions } from "./site.ts";

/**
 * Adds to a dataset what Datasette is started with to serve it: metadata (0.65 format), settings, inspect data.
 *
 * @param title what the site is called unless something says otherwise; without one, Datasette calls every site Datasette
 * @throws PublishError `OPTION_INVALID` for a setting that Datasette cannot have
 */
export function describeSite(dataset: Dataset, { name, title }: { name: string; title: string | null }, options: SiteOptions): Site {
  const { settings = {}, keepAnswers = emptyServe.keepAnswers, cdnSeconds } = options;
  for (const setting of Object.keys(settings)) checkSetting(setting);
  return {
    name,
    dataset,
    serve: {
      ...emptyServe,
      databases: dataset.databases.map(({ fileName, path }) => ({ fileName, path })),
      metadata: describeMetadata(title, options),
      settings: { ...settings },
      inspectData: toInspectData(dataset.databases),
      keepAnswers,
      ...(cdnSeconds !== undefined && { cdnSeconds }),
    },
  };
}

function checkSetting(name: string): void {
  if (/^[a-z_]+$/.test(name)) return;
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

function describeMetadata(title: string | null, options: SiteOptions): Record<string, unknown> {
  const own = {
    title: options.title,
    description: options.description,
    license: options.license,
    license_url: options.licenseUrl,
    source: options.source,
    source_url: options.sourceUrl,
  };
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return withPluginSecrets({ ...(title !== null && { title }), ...options.metadata, ...given }, options.pluginSecrets ?? []);
}

/** Reads a metadata.json. @throws PublishError `SITE_METADATA_INVALID`, `INPUT_NOT_FOUND`, `INPUT_UNREADABLE` */
export async function readMetadata(path: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw inputError(path, error);
  });
  const metadata = parseJson(path, text.replace(/^\uFEFF/, ""));
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata))
    throw new PublishError("SITE_METADATA_INVALID", `${path} is not a JSON object.`, "Write metadata as one JSON object.", { file: path });
  return { ...metadata };
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw metadataError(path, text, error);
  }
}

function metadataError(path: string, text: string, error: unknown): PublishError {
  const position = /position (\d+)/.exec(messageOf(error))?.[1];
  const atEnd = /end of JSON/.test(messageOf(error));
  const line = position === undefined && !atEnd ? null : text.slice(0, atEnd ? undefined : Number(position)).split("\n").length;
  const yaml = /\.ya?ml$/i.test(path);
  return new PublishError(
    "SITE_METADATA_INVALID",
    `${path}${line === null ? "" : `, line ${line}`} is not valid JSON.`,
    yaml ? "Convert the YAML to JSON: only JSON is supported." : { action: "replace-file", file: path, ...(line !== null && { line }) },
    { file: path, line },
    error,
  );
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
