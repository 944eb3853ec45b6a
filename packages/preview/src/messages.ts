/** An HTTP request as the worker takes it; header names in lower case. */
export interface PlainRequest {
  readonly method: string;
  /** Path and query as they stand in the request line. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

/** One database as Datasette shall see it: `fileName` decides its name in URLs. */
export interface ServedDatabase {
  readonly fileName: string;
  readonly path: string;
}

/** What the worker is started with. */
export interface WorkerData {
  readonly wheels: readonly string[];
  /** Folder for Python's bytecode, or null: compile anew. */
  readonly bytecodeDir: string | null;
  readonly databases: readonly ServedDatabase[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly settings: Readonly<Record<string, string>>;
  readonly inspectData: Readonly<Record<string, unknown>>;
}

export type ToWorker =
  | ({ readonly type: "request"; readonly id: number } & PlainRequest)
  /** The chunk has been taken: the next may come. */
  | { readonly type: "taken"; readonly id: number }
  | { readonly type: "cancel"; readonly id: number };

export type FromWorker =
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly message: string }
  | { readonly type: "warned"; readonly message: string }
  | { readonly type: "output"; readonly text: string }
  | { readonly type: "head"; readonly id: number; readonly status: number; readonly headers: [string, string][] }
  | { readonly type: "chunk"; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: "end"; readonly id: number }
  | { readonly type: "broken"; readonly id: number; readonly message: string };
