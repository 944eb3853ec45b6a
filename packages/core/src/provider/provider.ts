import type { Remedy } from "../errors/remedies.ts";
import type { Clock } from "../run/clock.ts";
import type { Context, StepHandle } from "../events/events.ts";
import type { Session } from "../run/session.ts";
import type { Image, ImageFile, Platform } from "../image/types.ts";
import type { Environment } from "../http/environment.ts";
import type { PushOptions } from "../registry/push.ts";
import type { OptionSpec, OptionValues } from "./option-spec.ts";
import type { ProgramOptions } from "./run.ts";
import type { Recipe } from "../project/prepare.ts";
import type { Site } from "../site/site.ts";

/**
 * Version of this interface; a provider says which one it was written for.
 * Raised when providers may count on something new; see docs/decisions/0006-provider-interface-2.md.
 */
export const providerInterface = 2;

/** What a provider takes; layers are gzip. `maxBytes` bounds the compressed image. */
export interface Accepts {
  readonly platforms: readonly Platform["architecture"][];
  readonly maxBytes?: number;
}

/** What is known of who publishes where, without any site. */
export interface AccountContext extends Context {
  /** Who publishes, as the host says; `""` for a provider without a login. */
  readonly account: string;
  /** The credential that core found for {@link Provider.login}; `""` without one. */
  readonly token: string;
  readonly options: OptionValues;
  readonly env: Environment;
  readonly fetch: typeof globalThis.fetch;
  /** This run: what you keep between two calls, keep by it. */
  readonly session: Session;
  /** True if the user of this machine publishes, and what they have here may be used, such as the address of an engine in one of their files. */
  readonly isLocalUser: boolean;
  /** Measure and wait by this, so that tests of your provider need not wait. */
  readonly clock: Clock;
  /** How long the host may take to bring the site up, in milliseconds. */
  readonly timeoutMs: number;
  /** Keeps one more secret, found at the host, out of every event, error and result. */
  hide(secret: string): void;
  /** Removes the secrets that are known by now from a text. Call it before you cut the text. */
  redact(text: string): string;
  /**
   * Runs a program of this machine, such as the host's own command-line tool, without a shell, and returns what it writes to standard output, for the
   * provider to read: secrets are in it. It gets the run's environment, and ends when `signal` aborts. An argument that holds a secret is refused.
   *
   * @throws PublishError `PROGRAM_MISSING`, `PROGRAM_FAILED`, those of `options.errors`, `PROVIDER_INVALID`
   */
  run(program: string, args: readonly string[], options?: ProgramOptions): Promise<string>;
  /** As `run`, and gives the lines as they come, without secrets: for a log. Whoever takes no more of them ends the program. */
  runLines(program: string, args: readonly string[], options?: ProgramOptions): AsyncIterable<string>;
  /** Runs `work` as a named step of the progress stream. */
  step<T>(id: string, title: string, work: (handle: StepHandle) => Promise<T> | T): Promise<T>;
}

/** What every verb gets, also those that look after a published site. */
export interface HostContext extends AccountContext {
  /** The site's name, a slug. */
  readonly siteName: string;
  /** What the site is called at the host: the naming option, else what was remembered, else made from the site's and the account's names. */
  readonly name: string;
  /**
   * Which of these it is. At a host without names of its own it is the site's: `"option"` when that was given, `"remembered"` when the
   * project published it there, else `"site"`.
   */
  readonly nameFrom: "option" | "remembered" | "derived" | "site";
  /** Tells apart projects that come to one name; see `Project.id`. */
  readonly source: string;
}

/** What `platforms`, `plan` and `publish` get besides. */
export interface ProviderContext extends HostContext {
  readonly site: Site;
  readonly deliver: Deliver;
  /**
   * Variables to give to the host as secrets: the user's own, plugin secrets, and `DATASETTE_SECRET`
   * unless the host has one. `existing` names what the host has already, so that a site keeps its secret for life.
   */
  variables(existing: Iterable<string>): Readonly<Record<string, string>>;
  /**
   * Waits until the site at `url` answers and every table has the rows that were reported, as long as `timeoutMs` says.
   * Else runs `undo` and throws `DEPLOYMENT_UNHEALTHY`.
   */
  confirm(url: string, settle?: Settle): Promise<void>;
}

export interface Settle {
  /**
   * Puts back what was before. Returns the name of the release that serves again, or null when none did.
   * Called as well when the user cancels: `host` has a signal that Ctrl-C does not abort.
   */
  readonly undo?: ((host: HostContext) => Promise<string | null>) | undefined;
  /** Waits until the site that was published is the one that answers; the health checks begin after that. Returns what is wrong, or null. */
  readonly ready?: () => Promise<string | null>;
  /** Reason to stop waiting early, or null. Called between health checks. */
  readonly gone?: () => Promise<string | null>;
}

/** The ways core moves an image; a provider picks one instead of writing its own. */
export interface Deliver {
  /** Hybrid OCI + Docker archive as a tar file (`docker load`, podman, skopeo). Written whole or not at all. */
  archive(image: Image, file: string, reference: string): Promise<{ file: string; sizeBytes: number; sha256: string }>;
  /** The same archive as a stream, for an engine's load API. */
  archiveStream(image: Image, reference: string): AsyncIterable<Uint8Array>;
  layout(images: readonly Image[], dir: string, reference: string): Promise<{ dir: string; digest: string }>;
  /** `manifest: "docker"` for hosts that refuse OCI manifests; `credentials` when they are not Docker's own. */
  push(
    images: readonly Image[],
    reference: string,
    options?: Pick<PushOptions, "manifest" | "credentials" | "isNew">,
  ): Promise<{ reference: string; digest: string }>;
  /** The image as a source tarball (`.tar.gz`) whose Dockerfile any builder turns into the same layers; `files` are added. */
  source(image: Image, file: string, files: readonly ImageFile[]): Promise<{ file: string; sizeBytes: number; sha256: string }>;
}

/** One thing that publish would create, change or write. */
export interface PlanAction {
  readonly verb: "create" | "update" | "write" | "push" | "load" | "run" | "replace" | "remove" | "wait";
  readonly target: string;
}

/** What publish left behind. */
export interface Deployment {
  readonly provider: string;
  readonly id: string;
  readonly url: string | null;
  /** What the user may want to do next. */
  readonly next: readonly Remedy[];
  /** For the summary, and for programs: archive path, size, digest … */
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
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

/** How users prove who they are at the host. Core finds the token, keeps it (0600), and never shows it. */
export interface Login {
  /** Environment variable that holds the token; wins over everything. */
  readonly env: string;
  /** Where a user makes a token. */
  readonly url: string;
  /** A token that the vendor's own tool left on this machine, and in which file. */
  find?(env: Environment): Promise<{ token: string; from: string } | null>;
  /** Asks the host whose token this is; throws `CREDENTIALS_INVALID` when it is nobody's. */
  account(ctx: Omit<AccountContext, "account">): Promise<string>;
}

/** What a host takes as a name. */
export interface NameRule {
  /** The option that gives the name. */
  readonly option: string;
  readonly pattern: RegExp;
  readonly maxLength: number;
}

/** A published site, as the host knows it. */
export interface HostedSite {
  readonly name: string;
  readonly url: string | null;
}

export interface Release {
  readonly id: string;
  readonly current: boolean;
  readonly status: string;
  readonly description: string;
  /** ISO 8601; null when the host does not say. */
  readonly createdAt: string | null;
  /** False: the host cannot go back to it. */
  readonly restorable?: boolean;
  /** A rollback went past it: it serves again only when it is named. */
  readonly passedOver?: boolean;
}

/** How a published site is; `releases` newest first. */
export interface SiteStatus extends HostedSite {
  /** The site's name, as the mark at the host says; a publish of another site does not replace it. */
  readonly site?: string;
  /** `HostContext.source` of what was published, as the mark at the host says; another project of the same name does not replace it. */
  readonly source?: string;
  readonly state: "running" | "sleeping" | "starting" | "failed" | "stopped";
  readonly releases: readonly Release[];
  readonly facts: Deployment["facts"];
}

/** The verbs that look after a published site; a provider has those that its host allows. */
export const verbs = ["status", "logs", "rollback", "unpublish", "list"] as const;
export type Verb = (typeof verbs)[number];

/**
 * Mirrors Datasette's `publish_subcommand` hook: plain data plus three verbs; the rest is optional: core fills in what is missing, or says that the host lacks it.
 * Every verb but `publish` leaves the host as it is, unless its name says otherwise.
 */
export interface Provider {
  readonly interface: number;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Their names are none of {@link reservedOptions}. */
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly accepts: Accepts;
  /** What a site costs; absent: nothing is said of it. */
  readonly about?: Price;
  /** Absent: the host needs no account. */
  readonly login?: Login;
  /** Absent: a site is called at the host as it is here. */
  readonly names?: NameRule;
  /** Platforms to build for, given the options; unset: linux/amd64. Several only where an index can be delivered. */
  platforms?(ctx: ProviderContext): Promise<readonly Platform[]>;
  /** The command of the vendor's own tool for a verb that this provider lacks: program and arguments. `<app>`, for an option `app` that is the name, becomes it. */
  readonly instead?: Readonly<Partial<Record<Verb, readonly [program: string, ...args: string[]]>>>;
  recipe?(ctx: HostContext): Recipe;
  /** Checks tools, names and what the host allows, before anything is converted; throws a PublishError. The token was checked already. */
  check(ctx: HostContext): Promise<void>;
  /** What publish would do; touches nothing. */
  plan(ctx: ProviderContext): Promise<readonly PlanAction[]>;
  /** Delivers the images (one per platform) and returns where they run. */
  publish(images: readonly Image[], ctx: ProviderContext): Promise<Deployment>;
  /** `status` tells the source of every site, so that core need not remember in the published folder which one it was published from. */
  readonly tellsSource?: boolean;
  /** Whether a publish with these options replaces the site of its name; absent: every one does. An archive replaces none. */
  replaces?(ctx: HostContext): boolean;
  /** Null: this tool published nothing under this name. Core asks before a publish, and before `logs`, `rollback` and `unpublish`, which need it. */
  status?(ctx: HostContext): Promise<SiteStatus | null>;
  /** Lines of the site's log: the latest, then with `follow` what comes until `ctx.signal` aborts. */
  logs?(ctx: HostContext, request: { readonly follow: boolean; readonly lines: number }): AsyncIterable<string>;
  /** Goes back to one of the releases that `status` shows; returns what serves now. */
  rollback?(ctx: HostContext, release: Release): Promise<Release>;
  /** Removes the site and all it has at the host. */
  unpublish?(ctx: HostContext): Promise<void>;
  /** Every site that this tool published in the account. */
  list?(ctx: AccountContext): Promise<readonly HostedSite[]>;
}
