import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { readBody, sendAnswer, sendHalf, type Answer, type Call } from "./call.ts";
import { FaultQueue, type Fault } from "./faults.ts";
import { Judge, type Behaviour } from "./judge.ts";
import { createRouter } from "./routes.ts";

export interface ApiFakeOptions extends Behaviour {
  /** In front of every path of the contract, e.g. `/v1`. */
  readonly basePath?: string;
  /** Asked first of all, for what is not in the contract: a stream, a registry. True: it has answered. */
  readonly raw?: (request: IncomingMessage, response: ServerResponse, url: URL) => boolean | Promise<boolean>;
}

/** A call as it came; one to no operation goes by its method and path. */
export interface LoggedCall extends Call {
  /** null: it got no whole answer (yet). */
  readonly status: number | null;
  /** When it came, as `performance.now()`. */
  readonly atMs: number;
}

type Logged = { -readonly [K in keyof LoggedCall]: LoggedCall[K] };

/** A host's API on this machine: handlers do the work, the contract judges both sides of every call, faults come when asked for. */
export class ApiFake {
  readonly #options: ApiFakeOptions;
  readonly #judge: Judge;
  readonly #route: ReturnType<typeof createRouter>;
  readonly #faults = new FaultQueue();
  readonly #requests: Logged[] = [];
  #held: Promise<unknown> = Promise.resolve();
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(options: ApiFakeOptions) {
    this.#options = options;
    this.#judge = new Judge(options);
    this.#route = createRouter(options.contract);
  }

  /** Every call in the order of arrival, without those that `raw` answered. */
  get requests(): readonly LoggedCall[] {
    return this.#requests;
  }

  /** What did not match the contract, in requests and in answers. A test ends with none. */
  get violations(): readonly string[] {
    return this.#judge.violations;
  }

  /** The next calls of that operation fail so; several faults of one operation happen one after the other. */
  fail(operation: string, fault: Fault, times = 1): void {
    this.#judge.mustKnow(operation);
    this.#faults.add(operation, fault, times);
  }

  /** Answers no call until `signal` aborts. */
  hold(signal: AbortSignal): void {
    this.#held = once(signal, "abort");
  }

  /** @returns `http://127.0.0.1:<port>`, without the base path */
  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends it with every connection to it. */
  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    try {
      if ((await this.#options.raw?.(request, response, url)) !== true) await this.#serveCall(request, response, url);
    } catch (error) {
      if (request.socket.destroyed) return;
      this.#judge.violation(500, `${request.method} ${url.pathname}`, String(error));
      request.socket.destroy();
    }
  }

  async #serveCall(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { headers, method = "GET" } = request;
    const { basePath = "" } = this.#options;
    const match = url.pathname.startsWith(`${basePath}/`) ? this.#route(method, url.pathname.slice(basePath.length)) : null;
    const { operation, params } = match ?? { operation: `${method} ${url.pathname}`, params: {} };
    const call: Logged = { operation, params, query: url.searchParams, headers, body: undefined, status: null, atMs: performance.now() };
    this.#requests.push(call);
    const { body, problem = match === null ? "no such operation" : undefined } = await readBody(request);
    call.body = body;
    await this.#held;
    const refusal = problem === undefined ? this.#judge.refuse(call) : this.#judge.violation(400, operation, problem);
    const fault = refusal === null ? this.#faults.take(operation) : undefined;
    const answer = refusal ?? (await this.#answer(call, fault));
    if (answer === null || fault === "lost") return void request.socket.resetAndDestroy();
    if (fault === "truncate") return sendHalf(response, answer);
    call.status = answer.status;
    sendAnswer(response, answer);
  }

  async #answer(call: Call, fault: Fault | undefined): Promise<Answer | null> {
    if (fault === "reset") return null;
    if (typeof fault === "object" && "status" in fault) return fault;
    if (typeof fault === "object" && "lateMs" in fault) {
      void sleep(fault.lateMs, undefined, { ref: false }).then(() => this.#judge.handle(call));
      return null;
    }
    if (typeof fault === "object") await sleep(fault.delayMs, undefined, { ref: false });
    return this.#judge.handle(call);
  }
}
