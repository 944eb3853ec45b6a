import type { ErrorCode } from "../errors/codes.ts";
import type { Facts, PublishError } from "../errors/publish-error.ts";
import type { Remedies } from "../errors/remedies.ts";
import type { Context, StepHandle } from "../events/events.ts";
import type { WarningCode } from "../events/warnings.ts";
import type { Api, ApiDescription, OperationTypes } from "../http/api.ts";
import type { Environment } from "../http/environment.ts";
import type { Image, ImageFile } from "../oci/types.ts";
import type { Ahead } from "../oci/registry/ahead.ts";
import type { PushOptions } from "../oci/registry/push.ts";
import type { Clock } from "../run/clock.ts";
import type { Session } from "../run/session.ts";
import type { Site } from "../site/site.ts";
import type { OptionValues } from "./option-spec.ts";
import type { Task } from "./rollout.ts";
import type { ProgramOptions } from "./run.ts";
import type { SiteStatus } from "./status.ts";

/**
 * What is known of who publishes where, and what a provider works with. Its functions are called on it (`ctx.poll(…)`), and a copy with
 * another signal, `{ ...ctx, signal }`, works by that signal.
 */
export interface LoginContext<out V extends OptionValues = OptionValues> extends Context {
  /** The provider's name and title. */
  readonly provider: string;
  readonly title: string;
  /** The credential that core found for `Provider.login`; `""` without one. */
  readonly token: string;
  readonly options: V;
  readonly env: Environment;
  readonly fetch: typeof globalThis.fetch;
  /** This run: what you keep between two calls, keep by it. */
  readonly session: Session;
  /** Home folder of the user of this machine, whose files may be read; null for a user who is elsewhere. */
  readonly home: string | null;
  /** Measure and wait by this, so that tests of your provider need not wait. */
  readonly clock: Clock;
  /** How long the host may take to bring the site up, in milliseconds. */
  readonly timeoutMs: number;
  /** Keeps one more secret, found at the host, out of every event, error and result. */
  hide(secret: string): void;
  /** Hides the values of those variables whose names say that they are secret: `SOME_TOKEN`, `DATABASE_PASSWORD`. */
  hideVariables(this: LoginContext, variables: Environment): void;
  /** Removes the secrets that are known by now from a text, and `more`. Call it before you cut the text. */
  redact(text: string, more?: readonly string[]): string;

  /** An error to throw. `message` is a sentence; `remedies` say what the user does next, the likeliest first. */
  error(code: ErrorCode, message: string, remedies: Remedies, facts?: Facts, cause?: unknown): PublishError;
  /** `DEPLOYMENT_UNHEALTHY`: what was published does not serve. `problem` says why, in a phrase without a full stop. */
  unhealthy(problem: string, remedies: Remedies): PublishError;
  /** Whether something that was thrown is an error of this project, or the one with that code. Never ask by `instanceof`. */
  isError(error: unknown, code?: ErrorCode): error is PublishError;
  /** Whether the host refused, and so did nothing. After any other failure it may have acted. */
  isRefused(error: unknown): boolean;
  /** Reports what does not stop a publish; see docs/warnings.md. */
  warn(this: LoginContext, code: WarningCode, message: string, facts?: Facts, remedies?: Remedies): void;
  /** Runs `work` as a named step of the progress stream. */
  step<T>(this: LoginContext, id: string, title: string, work: (handle: StepHandle) => Promise<T> | T): Promise<T>;

  /** Calls `look` until it returns something; returns undefined after `limitMs`. Pauses grow from 0.1 to 3 seconds. */
  poll<T>(this: LoginContext, limitMs: number, look: () => Promise<T | undefined>): Promise<T | undefined>;
  /** A client of the host's API, typed by its operations, with `headers` on top of the API's own. Keep the description in a constant: its pace and cookies go by that. */
  api<A extends OperationTypes<A>>(this: LoginContext, description: ApiDescription, headers?: Readonly<Record<string, string>>): Api<A>;
  /** Uploads a file to a signed address, which needs no other credentials. One attempt may take `limitMs`. */
  upload(this: LoginContext, file: string, url: string, limitMs: number): Promise<void>;
  /** The lines of a text stream of the host as they arrive. A stream that is not there yet (404) is asked for again, for 30 seconds. */
  lines(this: LoginContext, url: string, headers?: Readonly<Record<string, string>>): AsyncIterable<string>;
  /**
   * The lines of a log whose streams end, or fall silent for minutes: `openNext` gives the address of each, and is told how many of the
   * latest lines it should repeat, null for the first. No line comes twice. Ends with the signal.
   */
  followLines(this: LoginContext, openNext: (latest: number | null) => Promise<string>): AsyncIterable<string>;
  /** Reports the lines of a stream as output. Never fails: one that does not begin, or does not end within `limitMs`, is given up. */
  showOutput(this: LoginContext, url: string, limitMs: number): Promise<void>;
  /** Runs `work` with a private folder that is removed afterwards. */
  withWorkDir<T>(work: (dir: string) => Promise<T>): Promise<T>;
  /**
   * Runs a program of this machine, such as the host's own command-line tool, without a shell, and returns what it writes to standard output, for the
   * provider to read: secrets are in it. It gets the run's environment, and ends when `signal` aborts. An argument that holds a secret is refused.
   *
   * @throws PublishError `PROGRAM_MISSING`, `PROGRAM_FAILED`, those of `options.errors`, `PROVIDER_INVALID`
   */
  run(this: LoginContext, program: string, args: readonly string[], options?: ProgramOptions): Promise<string>;
  /** As `run`, and gives the lines as they come, without secrets: for a log. Whoever takes no more of them ends the program. */
  runLines(this: LoginContext, program: string, args: readonly string[], options?: ProgramOptions): AsyncIterable<string>;
}

/** What is known of who publishes where, without any site. */
export interface AccountContext<out V extends OptionValues = OptionValues> extends LoginContext<V> {
  /** Who publishes, as the host says; `""` for a provider without a login. */
  readonly account: string;
}

/** What every verb gets, also those that look after a published site. */
export interface HostContext<out V extends OptionValues = OptionValues> extends AccountContext<V> {
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
  readonly deliver: Deliver;
  /**
   * For a rollback of several parts: runs tasks as a publish does, and undoes those that were begun when one fails or the user cancels.
   * `before` is the site as it was.
   */
  runTasks(this: HostContext, tasks: readonly Task[], before: SiteStatus): Promise<void>;
}

/** What `platforms` and `rollout` get besides. */
export interface PublishContext<out V extends OptionValues = OptionValues> extends HostContext<V> {
  readonly site: Site;
  /**
   * Variables to give to the host as secrets: the user's own, plugin secrets, and `DATASETTE_SECRET`
   * unless the host has one. `existing` names what the host has already, so that a site keeps its secret for life.
   */
  variables(existing: Iterable<string>): Readonly<Record<string, string>>;
}

/** The ways core moves an image; a provider picks one instead of writing its own. They go by the signal of the run. */
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
    options?: Pick<PushOptions, "manifest" | "credentials" | "isNew" | "ahead">,
  ): Promise<{ reference: string; digest: string }>;
  /** Opens a repository for layers that are sent before the image is whole. Core does so for `Provider.pushesTo`. */
  pushAhead(reference: string, options?: Pick<PushOptions, "credentials">): Ahead;
  /** The image as a source tarball (`.tar.gz`) whose Dockerfile any builder turns into the same layers; `files` are added. */
  source(image: Image, file: string, files: readonly ImageFile[]): Promise<{ file: string; sizeBytes: number; sha256: string }>;
  /** For `check`: what would stop one of these. @throws PublishError `REFERENCE_INVALID`, `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE` */
  check(what: {
    readonly reference?: string | undefined;
    readonly archive?: string | undefined;
    readonly layout?: string | undefined;
  }): Promise<void>;
}
