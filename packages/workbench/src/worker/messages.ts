import type { Environment, ErrorJson, InputFile, PublishEvent, PublishResult, Release, SiteStatus, Warning } from "@datasette-publish/core";
import type {
  About,
  Change,
  Choices,
  Decision,
  FileFinding,
  OpenPreview,
  Place,
  PlaceLogin,
  Plan,
  PreparedReport,
  Rows,
  Site,
} from "../protocol.ts";
import type { RowsOf } from "../site/first-rows.ts";

/** What is prepared: files or a folder, and what was chosen about them. */
export interface PrepareOf {
  readonly inputs: readonly InputFile[];
  /** Where what is remembered of the site is. */
  readonly memoryFolder: string;
  /** The site's name, a slug; null: made from the title or the first file. */
  readonly name: string | null;
  /** Tells the site apart at hosts; null: made from where the first input is. */
  readonly project: string | null;
  readonly choices: Choices;
  readonly about: About;
}

/** What came of a preparation: all, or why no file can be read, with what is wrong with each. */
export type PrepareOutcome =
  | { readonly report: PreparedReport }
  | { readonly error: ErrorJson; readonly files: readonly { readonly name: string; readonly finding: FileFinding }[] };

/** Where to, by whom. */
export interface PlaceOf {
  readonly place: Place;
  /** Where the site's last version lives; null for a new one. */
  readonly before: Place | null;
  /** Whose home, tokens and proxies: given with the command, as the process itself has none. */
  readonly env: Environment;
}

/** A publish of what was looked at. */
export interface PublishOf extends PlaceOf {
  readonly keep: KeepPublish;
  /** Folder for the image of a card that writes one. */
  readonly imageDir: string;
}

/** Whose place. */
export interface CardOf {
  readonly card: string;
  readonly env: Environment;
}

/** Whose key is kept for a place, and where; and why nothing can go there now. */
export interface CardState extends Pick<PlaceLogin, "account" | "from"> {
  readonly missing: string | null;
}

/** A site that was published. */
export interface SiteOf {
  readonly site: Pick<Site, "name" | "project" | "folder">;
  readonly place: Place;
  readonly env: Environment;
}

/** A job of the store that changes something at a host, and what is kept of it: its outcome is written when nobody listens any more. */
export type KeepIn = KeepPublish | KeepChange;

interface KeepJob {
  readonly store: string;
  readonly owner: string;
  readonly job: string;
}

export interface KeepPublish extends KeepJob {
  readonly kind: "publish";
  readonly draft: string;
  readonly digest: string;
  readonly decisions: readonly Decision[];
  /** Folder for the databases of the version. */
  readonly versionDir: string;
  readonly memoryFolder: string;
}

export interface KeepChange extends KeepJob {
  readonly kind: "rollback" | "remove";
  readonly site: string;
}

/** What a publish came to, and of which site. */
export interface Published {
  readonly result: PublishResult;
  /** With the address that the host knows it by. */
  readonly place: Place;
  readonly name: string;
  readonly title: string;
  readonly project: string;
}

/** The verbs of a process: what each takes, and what it returns. Those with `keep` change something at a host. */
export interface Verbs {
  prepare: { of: PrepareOf; made: PrepareOutcome };
  rows: { of: RowsOf & { readonly database: string }; made: Rows };
  preview: { of: { readonly frameAncestors: string; readonly env: Environment }; made: OpenPreview };
  /** `versionDir` holds the databases of the version that it is an update of. */
  compare: { of: { readonly versionDir: string }; made: Change };
  plan: { of: PlaceOf; made: Plan };
  publish: { of: PublishOf; made: Published };
  look: { of: CardOf; made: CardState };
  choices: { of: CardOf & { readonly option: string }; made: readonly string[] | null };
  /** `key` is the access key that was pasted. */
  logIn: { of: CardOf & { readonly key: string }; made: null };
  status: { of: SiteOf; made: SiteStatus };
  logs: { of: SiteOf; made: readonly string[] };
  rollback: { of: SiteOf & { readonly release: string; readonly keep: KeepChange }; made: Release };
  remove: { of: SiteOf & { readonly keep: KeepChange }; made: null };
}

/** Verbs that ask a host and hold nothing: each runs beside the others, and is given up rather than the process ended. */
export const asking: ReadonlySet<string> = new Set<keyof Verbs>(["look", "choices", "logIn", "status", "logs"]);

export type Verb = keyof Verbs;

/** To the process. `kept`: the outcome of a publish is written, so that the process need not. */
export type Command =
  | { readonly [V in Verb]: { readonly id: number; readonly verb: V; readonly of: Verbs[V]["of"] } }[Verb]
  | { readonly id: number; readonly verb: "abort" | "kept" };

/** From the process. `undoable`: from now on the command is not to be killed, as it changes something at a host. */
export type Reply =
  | { readonly id: number; readonly event: PublishEvent }
  | { readonly id: number; readonly undoable: true }
  | { readonly id: number; readonly made: unknown }
  | { readonly id: number; readonly error: ErrorJson };

/** Warnings that events told, collected while they pass. */
export function collectWarnings(into: Warning[], report: (event: PublishEvent) => void): (event: PublishEvent) => void {
  return (event) => {
    if (event.type === "warned") {
      const { type: _type, ...warning } = event;
      into.push(warning);
    }
    report(event);
  };
}
