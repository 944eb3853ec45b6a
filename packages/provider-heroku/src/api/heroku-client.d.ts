declare module "heroku-client/lib/request.js" {
  import type { Agent, ClientRequest, IncomingMessage } from "node:http";

  /** What one request takes; more is passed on to `http.request`. */
  interface RequestOptions {
    /** Origin of the API. */
    readonly host: string;
    readonly path: string;
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: unknown;
    /** False: `body` is sent as it is. */
    readonly json?: boolean;
    readonly token?: string;
    /** Milliseconds without traffic. */
    readonly timeout?: number;
  }

  /** One request of heroku-client 3, as far as it is used or replaced here. */
  class Request {
    readonly options: RequestOptions;
    protected agent: Agent;
    constructor(options: RequestOptions);
    /** Sends it; called again for every next page and, in the original, for every retry. */
    request(): Promise<unknown>;
    protected readonly resolve: (value: unknown) => void;
    protected readonly reject: (error: unknown) => void;
    protected handleResponse(response: IncomingMessage): void;
    protected handleError(error: Error): void;
    protected logRequest(request: ClientRequest): void;
    protected nextRequest(nextRange: string, body: unknown): void;
    protected updateAggregate(body: unknown): void;
    protected readonly aggregate: unknown;
  }
  export default Request;
}
