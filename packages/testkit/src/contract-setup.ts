import type { Clock, Context, OptionValue, PlanAction, Provider, PublishResult, Runtime } from "@datasette-publish/core";

/** What a provider's own test hands to the suite. */
export interface ContractSetup {
  /** Names the mode in the test report when one provider is run in several. */
  readonly mode?: string;
  /** The provider that an extension is tested with. */
  readonly base?: Provider;
  /** The options of one publish; `dir` is an empty folder that lives as long as the test. */
  readonly options: (dir: string) => Readonly<Record<string, OptionValue>>;
  /** Holds the token of a provider with a login, under the variable that it names. `PATH` is there, and a `HOME` without files. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** An env or options that `check` must refuse. */
  readonly refused?: {
    readonly options?: Readonly<Record<string, OptionValue>>;
    readonly env?: Readonly<Record<string, string>>;
    readonly code: string;
  };
  /** What the host has after the first publish, in a plan's words: for verbs other than write, push and load, which the suite sees itself. */
  readonly effects?: () => readonly PlanAction[] | Promise<readonly PlanAction[]>;
  /**
   * What the host runs as the site, null for nothing. With it the suite looks at what becomes of a site: changed, sick, gone back,
   * removed, and given its variables.
   */
  readonly running?: () => Running | null | Promise<Running | null>;
  /** What the stand-in for the host waits by, for the provider as well; see `fastClock`. Unset: real time. */
  readonly clock?: Clock;
  /** The runtime that sites are built on. Unset: one that is enough to assemble, not to run; a host that runs images needs a real one. */
  readonly runtime?: (platform: Runtime["platform"], ctx: Context) => Promise<Runtime>;
  /** The module whose default export the provider is: it is imported by itself, to see that it prints nothing. */
  readonly entry?: URL;
  /** Makes the host, or its stand-in, answer nothing until `signal` aborts. Not needed where it is asked by `ctx.fetch`. */
  readonly hold?: (signal: AbortSignal) => void;
  /** A stand-in for the host that remembers what it was asked. */
  readonly host?: HostWatch;
  /** Removes what a test published. */
  readonly cleanup?: (result: PublishResult | undefined) => Promise<void>;
}

/** What a host runs as a site. */
export interface Running {
  /** Differs when another image runs, such as its digest. */
  readonly image: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** What a stand-in for a host has seen since it was started. */
export interface HostWatch {
  /** Requests that changed something, or how many there were. */
  changes(): number | readonly string[];
  /** Requests and answers that do not match the host's contract. */
  violations(): readonly string[];
}

/** The changes of a host since this was called; none without a host. */
export function watchChanges(host: HostWatch | undefined): () => readonly string[] {
  const seen = listOf(host).length;
  return () => listOf(host).slice(seen);
}

function listOf(host: HostWatch | undefined): readonly string[] {
  const changes = host?.changes() ?? [];
  return typeof changes === "number" ? Array.from({ length: changes }, (_, i) => `change ${i + 1}`) : changes;
}
