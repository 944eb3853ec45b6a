/** One request to a host's API. `body` is what goes over the wire. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Blob;
}

/** An answer. `body` is parsed JSON, else the text; undefined if it is empty. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Sends one request once. Throws what the transport throws if no whole answer comes. */
export type Send = (request: HttpRequest, signal: AbortSignal | undefined) => Promise<HttpAnswer>;
