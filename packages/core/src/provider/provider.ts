import type { Environment } from "../http/environment.ts";
import type { Recipe } from "../project/prepare.ts";
import type { AccountContext, HostContext, LoginContext, PublishContext } from "./context.ts";
import type { Credentials } from "../oci/registry/auth.ts";
import type { OptionSpecs, OptionValues } from "./option-spec.ts";
import type { Rollout } from "./rollout.ts";
import type { HostedSite, Release, SiteStatus, Verb } from "./status.ts";
import type { FoundToken } from "./tokens.ts";

/**
 * Version of this interface; a provider says which one it was written for.
 * Raised when providers may count on something new; see docs/decisions/0006-provider-interface.md.
 */
export const providerInterface = 1;

/** A platform as OCI tools write it. */
export type PlatformName = "linux/amd64" | "linux/arm64";

/** What a host runs, by the kind of artifact. */
export interface Accepts {
  readonly images: {
    readonly platforms: readonly PlatformName[];
    /** How layers may be compressed; absent: gzip. Layers of data are zstd where that is among them, as it is faster and smaller. */
    readonly compressions?: readonly ("gzip" | "zstd")[];
    /** Bounds the sum of the compressed layers. */
    readonly maxBytes?: number;
    /** Bounds each compressed layer. */
    readonly maxLayerBytes?: number;
  };
}

/** What a site costs at the host. */
export interface Price {
  /** A sentence: `An app costs 7 USD a month.` */
  readonly text: string;
  /** The host's own page. */
  readonly url: string;
  /** The day on which the text was right, as `2026-11-30`. */
  readonly asOf: string;
}

/** Where a token may be that the vendor's own tool left on this machine. */
export interface TokenPlaces {
  readonly env: Environment;
  /** What `read` finds in a file of the user's home; null when there is nothing. */
  file(path: readonly string[], read: (text: string) => string | undefined): Promise<FoundToken | null>;
  /** The password that the user's netrc file, which several vendors' tools write, has for a machine. */
  netrc(machine: string): Promise<FoundToken | null>;
}

/** How users prove who they are at the host. Core finds the token, keeps it (0600), and never shows it. */
export interface Login<V extends OptionValues = OptionValues> {
  /** Environment variable that holds the token; wins over everything. */
  readonly env: string;
  /** Where a user makes a token. */
  readonly url: string;
  /** A token that the vendor's own tool left on this machine. */
  find?(places: TokenPlaces): Promise<FoundToken | null>;
  /** Asks the host whose token this is; throws `CREDENTIALS_INVALID` when it is nobody's. */
  account(ctx: LoginContext<V>): Promise<string>;
}

/** A repository, and who writes to it. */
export interface PushTarget {
  readonly reference: string;
  /** Unset: as of `ctx.deliver.push`. */
  readonly credentials?: Credentials;
}

/** What a host takes as a name. */
export interface NameRule {
  /** The option that gives the name. */
  readonly option: string;
  readonly pattern: RegExp;
  readonly maxLength: number;
}

/**
 * Mirrors Datasette's `publish_subcommand` hook: plain data plus two verbs; the rest is optional: core fills in what is missing, or says that the host lacks it.
 * `V` are the values of its options: `OptionsOf<typeof options>`. It imports nothing of core: what it works with comes in with the context. Every verb leaves the host as it is, unless its name says otherwise.
 */
export interface Provider<V extends OptionValues = OptionValues> {
  readonly interface: number;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Their names are none of those that are reserved. */
  readonly options: OptionSpecs;
  readonly accepts: Accepts;
  /** What a site costs; absent: nothing is said of it. */
  readonly about?: Price;
  /** Absent: the host needs no account. */
  readonly login?: Login<V>;
  /** Absent: a site is called at the host as it is here. */
  readonly names?: NameRule;
  /** Platforms to build for, given the options; absent: linux/amd64. Several only where an index can be delivered. */
  platforms?(ctx: HostContext<V>): Promise<readonly PlatformName[]>;
  /** Whether a publish with these options takes the image no farther than an engine of this machine; absent: no. Then data is compressed fast, and less. */
  staysLocal?(ctx: HostContext<V>): boolean | Promise<boolean>;
  /**
   * The repository to which the rollout will push, when it is there before the rollout begins: layers are sent while others are compressed.
   * Absent, or null: the rollout sends all. Core does not ask where a limit may yet refuse the image.
   */
  pushesTo?(ctx: HostContext<V>): Promise<PushTarget | null>;
  /** The command of the vendor's own tool for a verb that this provider lacks: program and arguments. `<app>`, for an option `app` that is the name, becomes it. */
  readonly instead?: Readonly<Partial<Record<Verb, readonly [program: string, ...args: string[]]>>>;
  /** What the host adds to every site. */
  recipe?(ctx: HostContext<V>): Recipe | Promise<Recipe>;
  /** Checks tools, names and what the host allows, before anything is converted; throws a PublishError. The token was checked already. */
  check(ctx: HostContext<V>): Promise<void>;
  /** How a publish goes. Reads what is there and changes nothing; `before` is what `status` has just given, null without one. */
  rollout(ctx: PublishContext<V>, before: SiteStatus | null): Promise<Rollout>;
  /** `status` tells the source of every site, so that core need not remember in the published folder which one it was published from. */
  readonly tellsSource?: boolean;
  /** Whether a publish with these options replaces the site of its name; absent: every one does. An archive replaces none. */
  replaces?(ctx: HostContext<V>): boolean | Promise<boolean>;
  /** Null: this tool published nothing under this name. Core asks before a publish, and before `logs`, `rollback` and `unpublish`, which need it. */
  status?(ctx: HostContext<V>): Promise<SiteStatus | null>;
  /** Lines of the site's log: the latest, then with `follow` what comes until `ctx.signal` aborts. */
  logs?(ctx: HostContext<V>, request: { readonly follow: boolean; readonly lines: number }): AsyncIterable<string>;
  /** Goes back to one of the releases that `status` shows; returns what serves now. `before` is what it has just shown. */
  rollback?(ctx: HostContext<V>, release: Release, before: SiteStatus): Promise<Release>;
  /** Removes the site and all it has at the host. */
  unpublish?(ctx: HostContext<V>): Promise<void>;
  /** Every site that this tool published in the account. */
  list?(ctx: AccountContext<V>): Promise<readonly HostedSite[]>;
}
