import type { Facts } from "../errors/publish-error.ts";

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
  /** `"unfinished"`: a first publish began, and nothing has run yet. */
  readonly state: "running" | "sleeping" | "starting" | "failed" | "stopped" | "unfinished";
  readonly releases: readonly Release[];
  readonly facts: Facts;
}

/** The verbs that look after a published site; a provider has those that its host allows. */
export const verbs = ["status", "logs", "rollback", "unpublish", "list"] as const;
export type Verb = (typeof verbs)[number];
