/**
 * Every route below `/api`: what it takes, and what it answers. The server's handlers and the page's calls are compiled against it. Types alone.
 * `:name` in a path is a value that is percent-encoded there. An error is answered as {@link Refusal}.
 */
import type {
  About,
  Choices,
  Decision,
  FindingKey,
  Draft,
  EncodingExample,
  ErrorJson,
  Job,
  OpenPreview,
  Place,
  PlaceCard,
  PreparedReport,
  Rows,
  Site,
  SiteStatus,
} from "@datasette-publish/workbench/protocol";

/** What the page begins with. */
export interface Start {
  /** Of this tool. */
  readonly version: string;
  /** The draft of the files that the command was given; null without any. */
  readonly draft: string | null;
}

/** A draft with all that a screen of it shows. */
export interface DraftView {
  readonly draft: Draft;
  /** What it came to; null unless it is prepared as it is now. */
  readonly report: PreparedReport | null;
  /** Null unless what is prepared is open. */
  readonly preview: OpenPreview | null;
  /** The newest of each kind. */
  readonly jobs: readonly Job[];
  /** Title of the site that it updates; null for a new one. */
  readonly siteTitle: string | null;
}

/** A site with all that its screen shows, but for what its host says, which takes time. */
export interface SiteView {
  readonly site: Site;
  /** The newest of each kind. */
  readonly jobs: readonly Job[];
  /** The draft that is an update of it, and not live; null without one. */
  readonly draft: string | null;
  /** Whether its files are on this machine, to be downloaded. */
  readonly isKept: boolean;
}

/** What a host says of a site now. */
export interface HostAnswer {
  /** Null when it does not say. */
  readonly status: SiteStatus | null;
  /** Why it does not. */
  readonly error: Refusal["error"] | null;
}

/** Why something was not done. */
export interface Refusal {
  readonly error: Omit<ErrorJson, "exitStatus">;
}

/** An address that works once, within a minute: a download cannot carry the key. */
export interface Download {
  readonly url: string;
}

/**
 * `body` is JSON; unset: none. `query` is what comes after the `?`. `answer` is JSON, `null` for nothing; a job that has begun is answered
 * with status 202.
 */
export interface Routes {
  readonly "GET /api/start": { readonly answer: Start };
  readonly "GET /api/drafts": { readonly answer: readonly Draft[] };
  /** Of a site: an update, which begins with the choices and texts of its last one. */
  readonly "POST /api/drafts": { readonly body: { readonly site?: string }; readonly answer: Draft };
  readonly "GET /api/drafts/:draft": { readonly answer: DraftView };
  readonly "DELETE /api/drafts/:draft": { readonly answer: null };
  /** For a file's bytes see {@link FileHeaders}. */
  readonly "DELETE /api/drafts/:draft/files/:file": { readonly answer: Draft };
  readonly "PUT /api/drafts/:draft/choices": { readonly body: Choices; readonly answer: Draft };
  readonly "PUT /api/drafts/:draft/about": { readonly body: About; readonly answer: Draft };
  readonly "PUT /api/drafts/:draft/place": { readonly body: Place; readonly answer: Draft };
  /** `decision` null takes it back: the column is in again, and nobody has decided. */
  readonly "PUT /api/drafts/:draft/decisions": {
    readonly body: FindingKey & { readonly decision: Decision["decision"] | null };
    readonly answer: Draft;
  };
  readonly "GET /api/drafts/:draft/rows": {
    readonly query: { readonly database: string; readonly table: string; readonly limit: string };
    readonly answer: Rows;
  };
  /** `first`: the encodings that the file's error names, with commas. */
  readonly "GET /api/drafts/:draft/encodings": {
    readonly query: { readonly file: string; readonly first: string };
    readonly answer: readonly EncodingExample[];
  };
  /** These start a job; the answer comes at once. What came of it is in the draft's view, or the job's `result`: a `Plan`, a `Change`. */
  readonly "POST /api/drafts/:draft/prepare": { readonly answer: Job };
  readonly "POST /api/drafts/:draft/preview": { readonly answer: Job };
  readonly "POST /api/drafts/:draft/plan": { readonly answer: Job };
  readonly "POST /api/drafts/:draft/compare": { readonly answer: Job };
  /** `digest` is of the report that was looked at. The job's result is a `PublishResult`. */
  readonly "POST /api/drafts/:draft/publish": { readonly body: { readonly digest: string }; readonly answer: Job };
  /**
   * `GET /api/jobs/:job/events` answers Server-Sent Events: each `JobEvent` as `id: <number>`, `event: progress`, `data: <JobEvent>`; at the
   * end one `event: end` whose data is the `Job`. `Last-Event-ID` is the number of the last one that was seen.
   */
  readonly "GET /api/jobs/:job": { readonly answer: Job };
  /** Stops it; the answer comes when it has ended. */
  readonly "DELETE /api/jobs/:job": { readonly answer: Job };
  readonly "GET /api/places": { readonly answer: readonly PlaceCard[] };
  /** What an option takes, where only the host knows; null: it does not say. */
  readonly "GET /api/places/:place/choices/:option": { readonly answer: readonly string[] | null };
  /** Keeps an access key once its host has said whose it is. */
  readonly "PUT /api/places/:place/key": { readonly body: { readonly key: string }; readonly answer: PlaceCard };
  readonly "DELETE /api/places/:place/key": { readonly answer: PlaceCard };
  readonly "GET /api/sites": { readonly answer: readonly SiteView[] };
  readonly "GET /api/sites/:site": { readonly answer: SiteView };
  /** Asks the host of its newest version. */
  readonly "GET /api/sites/:site/status": { readonly answer: HostAnswer };
  readonly "GET /api/sites/:site/logs": { readonly answer: readonly string[] };
  /** These start a job. `release` is an id of the status. */
  readonly "POST /api/sites/:site/rollback": { readonly body: { readonly release: string }; readonly answer: Job };
  /** Removes it from its host. `title` is what the user typed: its title. */
  readonly "POST /api/sites/:site/remove": { readonly body: { readonly title: string }; readonly answer: Job };
  /** Forgets it here; it stays at its host. */
  readonly "DELETE /api/sites/:site": { readonly answer: null };
  /** Everything of a site as a zip; of a version, the image file that was made for the user's own server. */
  readonly "POST /api/downloads": {
    readonly body: { readonly site: string } | { readonly image: string };
    readonly answer: Download;
  };
  readonly "GET /api/health": { readonly answer: { readonly ok: true } };
}

/**
 * `PUT /api/drafts/:draft/files/:file` takes a file's bytes as they are, with these headers, and answers the draft. A file that stopped on its
 * way goes on from its `receivedBytes`.
 */
export interface FileHeaders {
  readonly "x-file-size": string;
  readonly "x-file-from": string;
}
