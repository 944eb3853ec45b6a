import type { Dataset } from "../convert/dataset.ts";
import type { PluginSecret } from "./plugin-secrets.ts";
import type { Serve } from "./serve.ts";

/** What the site says of itself and of how it is served; plain data. */
export interface SiteOptions {
  /** Site name, a slug; unset: from the first path. */
  readonly name?: string;
  /** The inputs, from whose first path the name is made when it is unset; the only one is the title as well. */
  readonly paths?: readonly string[];
  /** Unset: what the metadata file says, else the name of the only input as it is written. */
  readonly title?: string;
  readonly description?: string;
  readonly license?: string;
  readonly licenseUrl?: string;
  readonly source?: string;
  readonly sourceUrl?: string;
  /** Path of a metadata.json (0.65 format); titles above are merged over it. */
  readonly metadata?: string;
  /** Datasette settings, name → value. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Parts of plugins' configuration that the site reads from its environment. */
  readonly pluginSecrets?: readonly PluginSecret[];
}

/** The described site: a dataset and what Datasette is started with to serve it. */
export interface Site {
  readonly name: string;
  readonly dataset: Dataset;
  readonly serve: Serve;
}
