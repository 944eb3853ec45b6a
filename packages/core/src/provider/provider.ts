import type { Context } from "../events/events.ts";
import type { Image, Platform } from "../image/types.ts";
import type { Site } from "../site/site.ts";

/** Version of this interface; a provider says which one it was written for. Adding optional members does not raise it. */
export const providerInterface = 1;

/** One option of a provider: the CLI draws a flag from it, docs a table row, a web app a field. */
export interface OptionSpec {
  readonly type: "string" | "boolean" | "integer" | "path";
  readonly description: string;
  readonly default?: string | boolean | number;
  /** Environment variable that supplies the value when the option is not given. */
  readonly env?: string;
  /** Its value never appears in an event, an error, a plan or `--json`. */
  readonly secret?: boolean;
  readonly choices?: readonly string[];
  readonly multiple?: boolean;
  /** One character, for the CLI. */
  readonly char?: string;
}

export type OptionValue = string | boolean | number | readonly string[];
export type OptionValues = Readonly<Record<string, OptionValue | undefined>>;

/** What a provider takes. `maxBytes` bounds the compressed image. */
export interface Accepts {
  readonly platforms: readonly Platform["architecture"][];
  readonly compressions: readonly ("gzip" | "zstd")[];
  readonly maxBytes?: number;
}

/** What core hands to every verb. */
export interface ProviderContext extends Context {
  readonly site: Site;
  /** The site's name, known to `check` too; absent only for a provider that is driven without `publish`. */
  readonly siteName?: string;
  readonly options: OptionValues;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs `work` as a named step of the progress stream. */
  step<T>(id: string, title: string, work: () => Promise<T> | T): Promise<T>;
  readonly deliver: Deliver;
}

/** The ways core moves an image; a provider picks one instead of writing its own. */
export interface Deliver {
  /** Hybrid OCI + Docker archive as a tar file (`docker load`, podman, skopeo). Written whole or not at all. */
  archive(image: Image, file: string, reference: string): Promise<{ file: string; sizeBytes: number; sha256: string }>;
  /** The same archive as a stream, for an engine's load API. */
  archiveStream(image: Image, reference: string): AsyncIterable<Uint8Array>;
  layout(images: readonly Image[], dir: string, reference: string): Promise<{ dir: string; digest: string }>;
  push(images: readonly Image[], reference: string): Promise<{ reference: string; digest: string }>;
}

/** One thing that publish would create, change or write. */
export interface PlanAction {
  readonly verb: "create" | "update" | "write" | "push" | "load" | "run" | "replace";
  readonly target: string;
}

/** What publish left behind. */
export interface Deployment {
  readonly provider: string;
  readonly id: string;
  readonly url: string | null;
  /** What to type next, one command or sentence each. */
  readonly next: readonly string[];
  /** Facts for `--json` and the summary: archive path, size, digest … */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

/** Mirrors Datasette's `publish_subcommand` hook: plain data plus three verbs. */
export interface Provider {
  readonly interface: number;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly accepts: Accepts;
  /** Platforms to build for, given the options; unset: linux/amd64. Several only where an index can be delivered. */
  platforms?(ctx: ProviderContext): Promise<readonly Platform[]>;
  /** Credentials, tools and names, before anything is converted; throws a PublishError. */
  check(ctx: Omit<ProviderContext, "site" | "deliver">): Promise<void>;
  /** What publish would do; touches nothing. */
  plan(ctx: ProviderContext): Promise<readonly PlanAction[]>;
  /** Delivers the images (one per platform) and returns where they run. */
  publish(images: readonly Image[], ctx: ProviderContext): Promise<Deployment>;
}
