import type { Dataset } from "../convert/dataset.ts";
import type { PluginSecret } from "./plugin-secrets.ts";
import type { KeepAnswers, Serve } from "./serve.ts";

/** What the site says of itself and of how it is served; plain data. */
export interface SiteOptions {
  /** Unset: what the metadata says, else the name of the only input as it is written. */
  readonly title?: string;
  readonly description?: string;
  readonly license?: string;
  readonly licenseUrl?: string;
  readonly source?: string;
  readonly sourceUrl?: string;
  /** Metadata in 0.65's format; the titles above win over it. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Datasette settings, name → value. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Default: `auto`. */
  readonly keepAnswers?: KeepAnswers;
  /** See {@link Serve.cdnSeconds}. */
  readonly cdnSeconds?: number;
  /** Parts of plugins' configuration that the site reads from its environment. */
  readonly pluginSecrets?: readonly PluginSecret[];
}

/** The described site: a dataset and what Datasette is started with to serve it. */
export interface Site {
  readonly name: string;
  readonly dataset: Dataset;
  readonly serve: Serve;
}
