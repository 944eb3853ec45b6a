import type { Dataset } from "../convert/dataset.ts";
import type { LeftOut } from "../files/input-file.ts";
import type { ContentFile } from "./contents.ts";
import type { PluginSecret } from "./plugin-secrets.ts";
import type { KeepAnswers, Serve } from "./serve.ts";

/** What the site says of itself and of how it is served; plain data. */
export interface SiteOptions {
  /** Which Datasette serves it. Default: 0.65. */
  readonly line?: Serve["line"];
  /** Unset: what the metadata says, else the name of the only input as it is written. */
  readonly title?: string;
  readonly description?: string;
  readonly license?: string;
  readonly licenseUrl?: string;
  readonly source?: string;
  readonly sourceUrl?: string;
  readonly about?: string;
  readonly aboutUrl?: string;
  /** Metadata, in the place of the project's file; the titles above win over it. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Datasette 1.0's configuration, in the place of the project's file. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Datasette settings, name → value; they win over those of files. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Default: `auto`. */
  readonly keepAnswers?: KeepAnswers;
  /** See {@link Serve.cdnSeconds}. */
  readonly cdnSeconds?: number;
  /** See {@link Serve.crossdb}. */
  readonly crossdb?: boolean;
  /** See {@link Serve.cors}. Default: true. */
  readonly cors?: boolean;
  /** See {@link Serve.slim}. Default: false. */
  readonly slim?: boolean;
  /** See {@link Serve.versionNote}. */
  readonly versionNote?: string;
  /** See {@link Serve.moreArguments}. */
  readonly moreArguments?: readonly string[];
  /** Parts of plugins' configuration that the site reads from its environment. */
  readonly pluginSecrets?: readonly PluginSecret[];
}

/** The described site: a dataset and what Datasette is started with to serve it. */
export interface Site {
  readonly name: string;
  readonly dataset: Dataset;
  readonly serve: Serve;
  /** Unset: nobody looked for any. */
  readonly contents?: SiteContents;
}

/** What of the user's files is in a site besides its data, and what is not. */
export interface SiteContents {
  readonly files: readonly ContentFile[];
  readonly leftOut: readonly LeftOut[];
}
