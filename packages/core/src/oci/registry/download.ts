import { requestLine, unreachable } from "../../http/failures.ts";
import { Transient, pauseAfter } from "../../http/retry.ts";
import type { Content } from "../types.ts";
import type { RegistryClient } from "./client.ts";

/** A blob or a manifest of a registry: asked for when it is opened, and read on from where a connection broke (RFC 9110, section 14). */
export function remoteContent(client: RegistryClient, path: string, sizeBytes: number, accept = "*/*"): Content {
  return { sizeBytes, open: ({ start = 0, signal } = {}) => download(client, client.url(path), { start, sizeBytes, accept, signal }) };
}

interface Wanted {
  /** Media types, as in the header: a registry says of a manifest of another that there is none. */
  readonly accept: string;
  readonly start: number;
  readonly sizeBytes: number;
  readonly signal?: AbortSignal | undefined;
}

async function* download(
  client: RegistryClient,
  url: URL,
  { start, sizeBytes, accept, signal }: Wanted,
): AsyncGenerator<Uint8Array, void, undefined> {
  let doneBytes = start;
  for (let attempt = 1; doneBytes < sizeBytes; attempt++)
    try {
      for await (const chunk of downloadFrom(client, url, doneBytes, accept, signal)) {
        doneBytes += chunk.length;
        attempt = 1;
        yield chunk;
      }
      if (doneBytes < sizeBytes) throw new Transient(cutOff(url));
    } catch (error) {
      await pauseAfter(error, attempt, client);
    }
}

function cutOff(url: URL): Transient["error"] {
  return unreachable(
    "REGISTRY_UNREACHABLE",
    "the registry",
    requestLine("GET", url),
    Object.assign(new Error("cut off"), { code: "ERR_BODY_CUT_OFF" }),
  );
}

/** What one request gives: all from a byte on, or less when it breaks. A registry without ranges sends all, and its beginning is left out. */
async function* downloadFrom(
  client: RegistryClient,
  url: URL,
  fromBytes: number,
  accept: string,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const watch = client.watch();
  const stop = signal === undefined ? watch.signal : AbortSignal.any([signal, watch.signal]);
  // Fetch unpacks what a server calls gzip, and the digest is that of the packed blob.
  const headers = { accept, "accept-encoding": "identity", ...(fromBytes > 0 && { range: `bytes=${fromBytes}-` }) };
  try {
    const response = await client.send({ method: "GET", url, headers, expected: [200, 206], signal: stop });
    let leftOutBytes = response.status === 206 ? 0 : fromBytes;
    for await (const chunk of response.body ?? []) {
      watch.rest();
      const part = chunk.subarray(leftOutBytes);
      leftOutBytes -= chunk.length - part.length;
      if (part.length > 0) yield part;
      watch.expect();
    }
  } catch (error) {
    signal?.throwIfAborted();
    client.fail(watch.signal.aborted ? watch.signal.reason : error, requestLine("GET", url));
  } finally {
    watch.stop();
  }
}
