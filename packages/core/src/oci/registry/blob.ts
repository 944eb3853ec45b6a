import { isPublishError } from "../../errors/publish-error.ts";
import { readWhole } from "../content.ts";
import type { Content } from "../types.ts";
import type { Body, RegistryClient } from "./client.ts";
import { hasCode, problem, refusal } from "./failures.ts";
import { requestLine } from "../../http/failures.ts";
import { Transient, withRetries } from "../../http/retry.ts";

/** A blob to push. */
export interface Blob {
  readonly digest: string;
  readonly content: Content;
}

/** Size of all blobs together, in bytes. */
export function blobSize(blobs: readonly Blob[]): number {
  return blobs.reduce((total, { content }) => total + content.sizeBytes, 0);
}

/**
 * Pushes one blob unless it is there: HEAD, POST, one PUT with its whole content (distribution-spec, "Pushing a blob monolithically").
 * A failure that may pass starts again at HEAD, since the registry may have kept the blob or dropped the upload. A blob that arrived with
 * another digest is sent once more: bytes are damaged on the way, but not twice.
 *
 * @param onBytes told how many bytes of this blob are done; falls back to 0 when it starts again
 */
export async function pushBlob(client: RegistryClient, blob: Blob, onBytes: (doneBytes: number) => void): Promise<void> {
  let wasDamaged = false;
  await withRetries(client, async () => {
    const url = client.url(`blobs/${blob.digest}`);
    const head = await client.send({ method: "HEAD", url, expected: [200, 404] });
    if (head.status === 404) {
      onBytes(0);
      await upload(client, blob, onBytes).catch((error: unknown) => {
        if (wasDamaged || !isPublishError(error) || !hasCode(error, "DIGEST_INVALID")) throw error;
        wasDamaged = true;
        throw new Transient(error);
      });
    }
    onBytes(blob.content.sizeBytes);
  });
}

async function upload(client: RegistryClient, blob: Blob, onBytes: (doneBytes: number) => void): Promise<void> {
  const start = client.url("blobs/uploads/");
  const session = await client.send({ method: "POST", url: start, body: bytesBody(new Uint8Array(0)), expected: [202] });
  await session.body?.cancel();
  const location = session.headers.get("location");
  if (location === null) throw refusal(requestLine("POST", start), session.status, problem("it gave no Location to upload to"));
  const url = client.resolve(location, session.url === "" ? start : new URL(session.url), "POST");
  url.searchParams.set("digest", blob.digest);
  const headers = { "content-type": "application/octet-stream" };
  const stored = await client.send({ method: "PUT", url, headers, body: blobBody(blob, onBytes), expected: [201] });
  await stored.body?.cancel();
}

/** A request body of bytes in memory. */
export function bytesBody(bytes: Uint8Array): Body {
  return { sizeBytes: bytes.length, open: () => Uint8Array.from(bytes) };
}

function blobBody({ digest, content }: Blob, onBytes: (doneBytes: number) => void): Body {
  return { sizeBytes: content.sizeBytes, open: () => ReadableStream.from(counted(readWhole(content, digest), onBytes)) };
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  onBytes: (doneBytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  let doneBytes = 0;
  for await (const chunk of source) {
    yield chunk;
    onBytes((doneBytes += chunk.length));
  }
}
