import type { ServedFile } from "@datasette-publish/core";

/** An HTTP request as the worker takes it; header names in lower case. */
export interface PlainRequest {
  readonly method: string;
  /** Path and query as they stand in the request line. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

/** What the worker is started with. */
export type WorkerData = FromSnapshot | FromWheels;

/** A snapshot, as its file's path or as the file's bytes. */
export interface FromSnapshot {
  readonly snapshot: string | Uint8Array;
  /** Digest that the snapshot must carry. */
  readonly key: string;
}

/** Paths of wheels: those with native code, which no snapshot can hold. */
export interface FromWheels {
  readonly wheels: readonly string[];
}

/** A site as the worker lays it out in its file system: files at `/<name>`. */
export interface PlainSite {
  readonly files: readonly ServedFile[];
  /** Databases are linked, as they can be large; each has its path on this machine. */
  readonly links: readonly ServedFile[];
  /** Folders to make besides. */
  readonly folders: readonly string[];
  readonly workingDir: string;
  /** Arguments of `datasette serve`. */
  readonly args: readonly string[];
  /** Paths of the wheels of its plugins, and of what they need. */
  readonly plugins: readonly string[];
}

export type ToWorker =
  | { readonly type: "site"; readonly site: PlainSite }
  | ({ readonly type: "request"; readonly id: number } & PlainRequest)
  /** The chunk has been taken: the next may come. */
  | { readonly type: "taken"; readonly id: number }
  | { readonly type: "cancel"; readonly id: number };

export type FromWorker =
  /** The interpreter runs and waits for a site. */
  | { readonly type: "loaded" }
  /** A plugin cannot be imported: the site is shown without it. */
  | { readonly type: "left-out"; readonly plugin: string; readonly problem: string }
  /** The snapshot cannot be used. */
  | { readonly type: "unusable"; readonly message: string }
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly message: string }
  | { readonly type: "output"; readonly text: string }
  | { readonly type: "head"; readonly id: number; readonly status: number; readonly headers: [string, string][] }
  | { readonly type: "chunk"; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: "end"; readonly id: number }
  | { readonly type: "broken"; readonly id: number; readonly message: string };

/** What the thread that makes a snapshot is started with. */
export interface MakerData {
  readonly wheels: readonly string[];
  readonly key: string;
}

export type FromMaker = { readonly type: "made"; readonly bytes: Uint8Array } | { readonly type: "failed"; readonly message: string };
