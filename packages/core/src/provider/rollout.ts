import type { Facts } from "../errors/publish-error.ts";
import type { Remedy } from "../errors/remedies.ts";
import type { Image } from "../oci/types.ts";
import type { HostContext } from "./context.ts";

/** One thing that publish would create, change or write. */
export interface PlanAction {
  readonly verb: "create" | "update" | "write" | "push" | "load" | "run" | "replace" | "remove" | "wait";
  readonly target: string;
}

/** What has been made by now. */
export interface Made {
  /** One image for each platform that was asked for. */
  readonly images: readonly [Image, ...Image[]];
  /** What a task before this one returned. @throws PublishError `PROVIDER_INVALID` when it has not run */
  resultOf<R>(task: Task<R>): R;
}

/** What a running task gets. */
export interface Work extends Made {
  /** All was as it is to be. */
  unchanged(): void;
}

/** One thing that a publish does: its line of the plan, and how it is done. */
export interface Task<R = unknown> extends PlanAction {
  /** It reports steps of its own, as `ctx.deliver.push` does. Unset: core makes a step of it. */
  readonly ownSteps?: boolean;
  run(work: Work): Promise<R> | R;
  /**
   * Makes it undone. Called also when `run` failed, as its answer may have been lost; `host` has a signal that Ctrl-C does not abort.
   * Throws when something is not as it was. Returns false when it had nothing to undo, what serves again where that is not the release from before, and null where nothing does;
   * of several, the first in the list decides, as it is undone last. The result of a task that failed cannot be had.
   */
  undo?(host: HostContext, made: Made): Promise<string | null | false | void>;
}

/** How one publish goes, from what is at the host now. `plan` (`--dry-run`) lists its tasks and runs none. */
export interface Rollout {
  /** In order. Which ones there are must not depend on what another one does. */
  readonly tasks: readonly Task[];
  /** What is done once the site is confirmed: what it no longer needs is removed. */
  readonly afterwards?: readonly Task[];
  /** False: a first publish that fails is taken back whole. Unset: it stays for the next run to go on with, unless the site is not healthy. */
  readonly resumes?: boolean;
  /** Where the site answers, once the tasks are done; null when the host does not say. Unset: null. */
  url?(made: Made): string | null;
  /** Waits until the site that was published is the one that answers; the health checks begin after that. Returns what is wrong, or null. */
  ready?(made: Made): Promise<string | null>;
  /** Reason to stop waiting early, or null. Called between health checks. */
  gone?(made: Made): Promise<string | null>;
  /** What was published, when all is done. */
  result(made: Made): Published;
}

/** What a provider says of a publish. */
export interface Published {
  /** What the deployment is called; unset: the site's name at the host. */
  readonly id?: string;
  /** For the summary, and for programs: archive path, size, digest … */
  readonly facts: Facts;
  /** What the user may want to do next, besides the verbs that look after the site. */
  readonly next?: readonly Remedy[];
}

/** What publish left behind. */
export interface Deployment {
  readonly provider: string;
  readonly id: string;
  readonly url: string | null;
  readonly next: readonly Remedy[];
  readonly facts: Facts;
}
