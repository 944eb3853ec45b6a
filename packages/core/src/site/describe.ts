import { readFile } from "node:fs/promises";
import type { Database, Dataset } from "../convert/dataset.ts";
import { PublishError } from "../errors/publish-error.ts";
import type { Context } from "../events/events.ts";
import { messageOf } from "../files/failures.ts";
import { inputError } from "../files/input-file.ts";
import { withPluginSecrets } from "./plugin-secrets.ts";
import { checkName, siteName, stemOf } from "./site-name.ts";
import { emptyServe, type InspectData } from "./serve.ts";
import type { Site, SiteOptions } from "./site.ts";

/**
 * Adds to a dataset what Datasette needs to serve it: name, metadata (0.65 format), settings, inspect data.
 * @throws PublishError `SITE_NAME_INVALID`, `SITE_METADATA_INVALID`, `INPUT_NOT_FOUND`, `INPUT_UNREADABLE`, `OPTION_INVALID`.
 */
export async function describe(dataset: Dataset, options: SiteOptions, ctx?: Context): Promise<Site> {
  ctx?.signal?.throwIfAborted();
  const name = options.name ?? siteName(options.paths ?? dataset.databases.map((database) => database.name));
  checkName(name);
  const settings = options.settings ?? {};
  for (const setting of Object.keys(settings)) checkSetting(setting);
  return {
    name,
    dataset,
    serve: {
      ...emptyServe,
      databases: dataset.databases.map(({ fileName, path }) => ({ fileName, path })),
      metadata: await describeMetadata(options),
      settings: { ...settings },
      inspectData: toInspectData(dataset.databases),
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

async function describeMetadata(options: SiteOptions): Promise<Record<string, unknown>> {
  const file = options.metadata === undefined ? {} : await readMetadata(options.metadata);
  const own = {
    title: options.title,
    description: options.description,
    license: options.license,
    license_url: options.licenseUrl,
    source: options.source,
    source_url: options.sourceUrl,
  };
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return withPluginSecrets({ ...titleOf(options.paths), ...file, ...given }, options.pluginSecrets ?? []);
}

/** The only input's name as it is written: without a title, Datasette calls every site Datasette. */
function titleOf(paths: readonly string[] = []): { title?: string } {
  const title = paths.length === 1 ? stemOf(paths[0]!) : "";
  return title === "" ? {} : { title };
}

async function readMetadata(path: string): Promise<Record<string, unknown>> {
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
    yaml ? "Convert the YAML to JSON: only JSON is supported." : "Correct the JSON.",
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
