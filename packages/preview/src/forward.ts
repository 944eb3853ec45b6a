import { request } from "node:http";
import type { Send } from "./bridge.ts";

/** Of the connection to the server, or set anew for the one from here on (RFC 9110 §7.6.1). */
const dropped = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade", "expect", "content-length"]);

/** Passes requests on to a Datasette that runs elsewhere, at an origin such as `http://127.0.0.1:49153`, in the place of the one in WebAssembly. */
export function forwardTo(origin: string): Send {
  const { hostname, port } = new URL(origin);
  return ({ method, target, headers, body }, sink) => {
    const length = body.length > 0 ? ["content-length", String(body.length)] : [];
    const fields = [...headers.filter(([name]) => !dropped.has(name)).flat(), ...length];
    const outgoing = request({ hostname, port, method, path: target, headers: fields, agent: false });
    const broken = ({ message }: Error): void => sink.broken(`Datasette does not answer: ${message}`);
    outgoing.on("error", broken).on("response", (response) => {
      const { statusCode = 502, rawHeaders } = response;
      const pairs = Array.from({ length: rawHeaders.length / 2 }, (_, at): [string, string] => [
        rawHeaders[2 * at] ?? "",
        rawHeaders[2 * at + 1] ?? "",
      ]);
      sink.head(statusCode, pairs);
      response
        .on("data", (chunk: Uint8Array) => {
          response.pause();
          sink.chunk(chunk, () => response.resume());
        })
        .on("end", () => sink.end())
        .on("error", broken);
    });
    outgoing.end(body);
    return () => outgoing.destroy();
  };
}
