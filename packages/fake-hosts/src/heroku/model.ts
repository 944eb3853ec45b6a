import { randomUUID } from "node:crypto";
import type { Clock } from "@datasette-publish/core";
import type { RunningRegistry } from "@datasette-publish/testkit";
import type { FrontDoor } from "../hosting/front-door.ts";
import type { ImageBuilder } from "./builder.ts";
import type { LineLog, Streams } from "./streams.ts";
import type { Sources } from "./sources.ts";
import type { RunningSite } from "../hosting/site-runner.ts";

/** What a test may change at any time. */
export interface HerokuBehaviour {
  /** Whether each release has a release phase, which runs while the release is `pending`, and how it ends; one that hangs goes on until this changes. */
  releasePhase: "none" | "succeeds" | "fails" | "hangs";
  /** What a release phase writes. */
  releaseOutput: readonly string[];
  /** A build that hangs goes on until this changes. */
  builds: "succeed" | "fail" | "hang";
  /** Size of the dynos of a new process type: Eco for an account that subscribed to Eco dynos. */
  defaultSize: string;
  /** Whether a dyno that is replaced serves until the next one is up, though no list has it any more: preboot, and routers that lag. */
  overlap: boolean;
}

/** Whose token it is. */
export interface HerokuAccount {
  readonly id: string;
  readonly email: string;
  /** False: has no payment method, and so cannot create an app. */
  verified: boolean;
}

/** An image of one process type. */
export interface HerokuImage {
  /** Digest of its config, which Heroku calls the image's id. */
  readonly configDigest: string;
  /** What an engine starts it by. */
  readonly reference: string;
}

/** What a release runs. */
export interface HerokuSlug {
  readonly id: string;
  /** The stack that it runs on; a rollback puts it back. */
  readonly stack: string;
  /** By process type. */
  readonly images: Readonly<Record<string, HerokuImage>>;
}

/** A version of an app: what runs, with which config vars. */
export interface HerokuRelease {
  readonly id: string;
  readonly version: number;
  readonly description: string;
  readonly createdAt: string;
  status: "pending" | "succeeded" | "failed";
  readonly slug: HerokuSlug | null;
  /** As they were then; a rollback puts them back. */
  readonly configVars: Readonly<Record<string, string>>;
  /** Where its release phase can be read. */
  readonly outputUrl: string | null;
  /** Who made it, by their address; unset: the account. */
  readonly by?: string;
}

/** How many dynos of which size one process type has. */
export interface HerokuFormation {
  readonly id: string;
  readonly type: string;
  quantity: number;
  size: string;
}

/** An image in the making, from a source tarball. */
export interface HerokuBuild {
  readonly id: string;
  readonly createdAt: string;
  readonly outputUrl: string;
  readonly source: { readonly url: string; readonly checksum: string | null; readonly version: string | null };
  status: "pending" | "succeeded" | "failed";
  release: HerokuRelease | null;
}

/** An app with all that belongs to it. */
export interface HerokuApp {
  readonly id: string;
  name: string;
  stack: string;
  buildStack: string;
  readonly generation: "cedar" | "fir";
  readonly region: string;
  /** null: it belongs to the account. */
  readonly team: string | null;
  readonly createdAt: string;
  maintenance: boolean;
  isDeleted: boolean;
  configVars: Record<string, string>;
  /** Oldest first. */
  readonly releases: HerokuRelease[];
  /** By process type. */
  readonly formation: Map<string, HerokuFormation>;
  readonly builds: Map<string, HerokuBuild>;
  readonly log: LineLog;
  readonly door: FrontDoor;
  /** The web process that was started last. */
  dyno: HerokuDyno | null;
}

/** One run of the web process; it stands for all dynos of the formation. */
export interface HerokuDyno {
  readonly id: string;
  readonly release: HerokuRelease;
  readonly createdAt: string;
  state: "starting" | "up" | "idle" | "crashed" | "down";
  /** What it was started with. */
  readonly env: Readonly<Record<string, string>>;
  site: RunningSite | null;
}

/** All there is at the fake host. */
export interface HerokuWorld {
  readonly apps: Map<string, HerokuApp>;
  readonly taken: Set<string>;
  readonly teams: Set<string>;
  readonly account: HerokuAccount;
  readonly behaviour: HerokuBehaviour;
  readonly registry: RunningRegistry;
  readonly streams: Streams;
  readonly sources: Sources;
  readonly dynos: { refresh(app: HerokuApp): Promise<void> };
  readonly builder: ImageBuilder;
  /** What builds and release phases that hang go by. */
  readonly clock: Clock;
  /** Runs what goes on after an answer; the fake's end waits for it. */
  later(work: () => Promise<void>): void;
}

/** The release that runs: the last that did not fail. */
export function currentRelease({ releases }: HerokuApp): HerokuRelease | undefined {
  return releases.findLast(({ status }) => status === "succeeded");
}

/** Now, as the API writes times. */
export function timestamp(): string {
  return new Date().toISOString().replace(/\.\d+/, "");
}

/** A UUID that stays the same for a name within one process. */
export function idOf(name: string): string {
  const known = ids.get(name) ?? randomUUID();
  ids.set(name, known);
  return known;
}

const ids = new Map<string, string>();
