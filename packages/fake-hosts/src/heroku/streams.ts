import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/** Lines that come one after the other, and may end. */
export class LineLog {
  readonly lines: string[] = [];
  readonly #listeners = new Set<(line: string | null) => void>();
  #ended = false;
  readonly #opened = Promise.withResolvers<void>();

  /** Settles when somebody reads along, or at the end. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** Whether no line will come any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Adds a line, without its line break. */
  write(line: string): void {
    this.lines.push(line);
    for (const listen of this.#listeners) listen(line);
  }

  /** No line comes after this. */
  end(): void {
    this.#ended = true;
    this.#opened.resolve();
    for (const listen of this.#listeners) listen(null);
    this.#listeners.clear();
  }

  /** `listen` gets each line to come, and null at the end. @returns what stops that */
  follow(listen: (line: string | null) => void): () => void {
    this.#listeners.add(listen);
    this.#opened.resolve();
    return () => this.#listeners.delete(listen);
  }
}

/** How a log is shown at one address. */
export interface StreamView {
  readonly log: LineLog;
  /** How many of the lines that are there; unset: all. */
  readonly lines?: number;
  /** Whether it goes on until the log ends. */
  readonly tail: boolean;
  readonly filter?: (line: string) => boolean;
  /** How often it is not there yet, as output streams are not at first. */
  readonly notYet?: number;
}

/** Logs as chunked text, each at an address that nobody can guess and that takes no credentials. */
export class Streams {
  readonly #views = new Map<string, StreamView & { left: number }>();
  /** Base URL of the fake; set once it listens. */
  url = "";

  /** @returns the stream's URL */
  open(view: StreamView): string {
    const id = randomUUID();
    this.#views.set(id, { ...view, left: view.notYet ?? 0 });
    return `${this.url}/streams/${id}`;
  }

  /** Answers `GET /streams/<id>`. */
  serve(request: IncomingMessage, response: ServerResponse, { pathname }: URL): boolean {
    if (!pathname.startsWith("/streams/")) return false;
    const view = this.#views.get(pathname.slice("/streams/".length));
    if (request.headers.authorization !== undefined) response.writeHead(400).end("Only one auth mechanism allowed\n");
    else if (view === undefined || view.left-- > 0) response.writeHead(404).end("Not Found\n");
    else send(view, response, (request.headers.accept ?? "").includes("text/event-stream"));
    return true;
  }
}

/** As text, or as server-sent events for who asks for them, as Heroku's own client does. */
function send({ log, lines, tail, filter = () => true }: StreamView, response: ServerResponse, asEvents: boolean): void {
  const known = log.lines.filter(filter);
  const write = (line: string) => response.write(asEvents ? `data: ${line}\n\n` : `${line}\n`);
  response.writeHead(200, { "content-type": asEvents ? "text/event-stream" : "text/plain; charset=utf-8" });
  response.flushHeaders();
  for (const line of lines === undefined ? known : known.slice(Math.max(0, known.length - lines))) write(line);
  if (!tail || log.ended) return void response.end();
  const stop = log.follow((line) => {
    if (line === null) response.end();
    else if (filter(line)) write(line);
  });
  response.on("close", stop);
}
