import { randomBytes } from "node:crypto";
import type { Clock } from "@datasette-publish/core";
import type { FrontDoor } from "../hosting/front-door.ts";
import type { RunningSite, SiteRunner } from "../hosting/site-runner.ts";

/** Codes of the regions that this Fly.io has. */
export const flyRegions = ["ams", "cdg", "iad", "lhr", "nrt", "sea"] as const;

export interface FlyCheckConfig {
  readonly type?: string;
  readonly port?: number;
  readonly method?: string;
  readonly path?: string;
}

/** The part of a machine's config that has an effect here; all of it is kept and given back. */
export interface FlyMachineConfig {
  readonly image?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly init?: { readonly cmd?: readonly string[]; readonly entrypoint?: readonly string[] };
  readonly mounts?: readonly { readonly volume?: string; readonly path?: string }[];
  readonly services?: readonly { readonly internal_port?: number; readonly checks?: readonly FlyCheckConfig[] }[];
  readonly checks?: Readonly<Record<string, FlyCheckConfig>>;
  readonly guest?: FlyGuest;
}

export interface FlyGuest {
  readonly cpu_kind?: string;
  readonly cpus?: number;
  readonly memory_mb?: number;
}

export interface FlyLease {
  readonly nonce: string;
  readonly description: string;
  /** By the clock of {@link FlyModel}. */
  readonly expiresAtMs: number;
}

export interface FlyImageRef {
  readonly registry: string;
  readonly repository: string;
  readonly digest: string;
}

export interface FlyEvent {
  readonly type: string;
  readonly status: string;
  readonly timestamp: number;
  readonly source: string;
}

export type FlyMachineState =
  | "created"
  | "starting"
  | "started"
  | "stopping"
  | "stopped"
  | "replacing"
  | "failed"
  | "destroying"
  | "destroyed";

export interface FlyMachine {
  readonly id: string;
  name: string;
  readonly region: string;
  state: FlyMachineState;
  /** Its version: each config has one of its own. */
  instanceId: string;
  config: FlyMachineConfig;
  image: FlyImageRef;
  /** The app's secrets as they were when this version was made. */
  secrets: Readonly<Record<string, string>>;
  readonly createdAt: string;
  updatedAt: string;
  readonly events: FlyEvent[];
  lease: FlyLease | null;
  isCordoned: boolean;
  /** Other than `ok`: the hardware that it is on is out of reach. Its config is incomplete then, and nothing changes it. */
  hostStatus: "ok" | "unknown" | "unreachable";
  /** How many more looks find no such machine. */
  hiddenLooks: number;
  /** How many looks there were since it started last. */
  looks: number;
  site: RunningSite | null;
  /** Counts starts over all machines; the highest is the latest. */
  startedAs: number;
  /** What it is still busy with, one thing after the other. */
  work: Promise<void>;
}

export interface FlyVolume {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly sizeGb: number;
  readonly createdAt: string;
  /** The machine that it was to have room beside. */
  readonly compute: FlyGuest | null;
  /** One that is to be destroyed is listed for a while. */
  state: string;
  /** The machine it is on. */
  machineId: string | null;
}

export interface FlyIp {
  readonly type: string;
  readonly ip: string;
  readonly shared: boolean;
  readonly createdAt: string;
}

export interface FlyApp {
  readonly id: string;
  readonly name: string;
  readonly orgSlug: string;
  /** How many more looks without its cookie find no such app. */
  hiddenLooks: number;
  readonly ips: FlyIp[];
  readonly secrets: Map<string, string>;
  secretsVersion: number;
  readonly machines: Map<string, FlyMachine>;
  readonly volumes: Map<string, FlyVolume>;
  /** Where the app answers: its latest started machine, once it has a public address. */
  readonly door: FrontDoor;
}

/** What the fake knows, and how a test changes how it behaves. */
export interface FlyModel {
  /** By name. */
  readonly apps: Map<string, FlyApp>;
  /** Names of apps of other people. */
  readonly taken: Set<string>;
  /** Slugs of the organizations that the token is of. */
  readonly orgs: Set<string>;
  /** The longest that a wait is held before it is answered 408, whatever its timeout. */
  waitMs: number;
  /** How long a second of the rate limits is. */
  secondMs: number;
  /** A lease comes as the vendor's description says, not in the envelope that the vendor's client expects. */
  flatLeases: boolean;
  /** Regions come with capital letters, as the vendor's client has them, not as the vendor's description says. */
  capitalRegions: boolean;
  /** How many looks at a new app find none, but for who gives back the cookie that its creator got (fly-go: `fly_flaps_affinity`). */
  hiddenAppLooks: number;
  /** How many looks at a new machine find none (flyctl: "may not be visible yet"). */
  hiddenLooks: number;
  /** How many uploads the registry refuses, as it does not know a new app yet. */
  hiddenPushes: number;
  /** How many looks at a machine that has just started show no check of it. */
  uncheckedLooks: number;
  /** How many calls were answered 429 for the rate limit. */
  rateLimited: number;
  /** How many sites were started. */
  starts: number;
  readonly runner: SiteRunner;
  /** What waits, leases and rate limits go by. */
  readonly clock: Clock;
  /** `localhost:<port>` of the registry behind. */
  readonly registry: string;
  /** `localhost:<port>` of the registry as people see it. */
  registryHost: string;
  /** Where the latest started machine of all apps answers. */
  readonly door: FrontDoor;
}

/** As Fly.io's ids: a machine's is 14 hexadecimal digits. */
export function flyId(prefix = ""): string {
  return prefix + randomBytes(7).toString("hex");
}

const base32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** As a ULID: 26 characters of Crockford's base 32. */
export function flyUlid(): string {
  return `01${[...randomBytes(24)].map((byte) => base32[byte % 32]).join("")}`;
}
