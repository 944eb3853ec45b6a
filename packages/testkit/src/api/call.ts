import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";

/** A request to one operation of an API. */
export interface Call {
  readonly operation: string;
  /** What the `{placeholders}` of the path hold. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON; undefined when there is none. */
  readonly body: unknown;
}

/** What a call is answered with; `body` is sent as JSON. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The body as JSON, and what is wrong with it. */
export async function readBody(request: IncomingMessage): Promise<{ body?: unknown; problem?: string }> {
  const content = await text(request);
  if (content === "") return {};
  const type = request.headers["content-type"] ?? "";
  if (!/^application\/([\w.]+\+)?json\b/.test(type)) return { body: content, problem: `content-type "${type}" is not JSON` };
  try {
    return { body: JSON.parse(content) as unknown };
  } catch {
    return { body: content, problem: "the body is not JSON" };
  }
}

export function sendAnswer(response: ServerResponse, answer: Answer): void {
  response.end(writeHead(response, answer));
}

/** Sends half of the answer under the length of the whole, then ends the connection. */
export function sendHalf(response: ServerResponse, answer: Answer): void {
  const content = writeHead(response, answer);
  if (content.length === 0) response.socket?.destroy();
  else response.write(content.subarray(0, content.length / 2), () => response.socket?.destroy());
}

function writeHead(response: ServerResponse, { status, headers, body }: Answer): Buffer {
  const content = Buffer.from(body === undefined || status === 204 ? "" : JSON.stringify(body));
  const type = content.length === 0 ? {} : { "content-type": "application/json" };
  response.writeHead(status, { ...(status === 204 ? {} : { "content-length": content.length }), ...type, ...headers });
  return content;
}
