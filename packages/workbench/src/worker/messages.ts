import type { Environment, ErrorJson, InputFile, PublishEvent, PublishResult, Warning } from "@datasette-publish/core";
import type { About, Change, Choices, Decision, FileFinding, OpenPreview, Place, Plan, PreparedReport, Rows } from "../protocol.ts";
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
  /** Whose home, tokens and proxies: given with the command, as the process itself has none. */
  readonly env: Environment;
}

/** A publish of what was looked at. */
export interface PublishOf extends PlaceOf {
  /** Where its outcome is written to when nobody listens any more. */
  readonly keep: KeepIn;
}

/** A job of the store, and what is kept of it. */
export interface KeepIn {
  readonly store: string;
  readonly owner: string;
  readonly job: string;
  readonly draft: string;
  readonly digest: string;
  readonly decisions: readonly Decision[];
  /** Folder for the databases of the version. */
  readonly versionDir: string;
  readonly memoryFolder: string;
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

/** The verbs of a draft's process: what each takes, and what it returns. */
export interface Verbs {
  prepare: { of: PrepareOf; made: PrepareOutcome };
  rows: { of: RowsOf & { readonly database: string }; made: Rows };
  preview: { of: { readonly frameAncestors: string; readonly env: Environment }; made: OpenPreview };
  /** `versionDir` holds the databases of the version that it is an update of. */
  compare: { of: { readonly versionDir: string }; made: Change };
  plan: { of: PlaceOf; made: Plan };
  publish: { of: PublishOf; made: Published };
}

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
