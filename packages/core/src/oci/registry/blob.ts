import { open } from "node:fs/promises";
import { PublishError } from "../../errors/publish-error.ts";
import type { Body, RegistryClient } from "./client.ts";
import { refusal } from "./failures.ts";
import { requestLine } from "../../http/failures.ts";
import { withRetries } from "../../http/retry.ts";

/** How much of a blob is read at once, in bytes. */
const readSizeBytes = 1 << 16;

/** A blob to push: a file's path or the bytes. */
export interface Blob {
  readonly digest: string;
  readonly source: string | Uint8Array;
  readonly sizeBytes: number;
}

/** Size of all blobs together, in bytes. */
export function blobSize(blobs: readonly Blob[]): number {
  return blobs.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
}

/**
 * Pushes one blob unless it is there: HEAD, POST, one PUT with its whole content (distribution-spec, "Pushing a blob monolithically").
 * A failure that may pass starts again at HEAD, since the registry may have kept the blob or dropped the upload.
 *
 * @param onBytes told how many bytes of this blob are done; falls back to 0 when it starts again
 */
export async function pushBlob(client: RegistryClient, blob: Blob, onBytes: (doneBytes: number) => void): Promise<void> {
  await withRetries(client, async () => {
    const url = client.url(`blobs/${blob.digest}`);
    const head = await client.send({ method: "HEAD", url, expected: [200, 404] });
    if (head.status === 404) {
      onBytes(0);
      await upload(client, blob, onBytes);
    }
    onBytes(blob.sizeBytes);
  });
}

async function upload(client: RegistryClient, blob: Blob, onBytes: (doneBytes: number) => void): Promise<void> {
  const start = client.url("blobs/uploads/");
  const session = await client.send({ method: "POST", url: start, body: bytesBody(new Uint8Array(0)), expected: [202] });
  await session.body?.cancel();
  const location = session.headers.get("location");
  if (location === null) throw refusal(requestLine("POST", start), session.status, "it gave no Location to upload to");
  const url = client.resolve(location, session.url === "" ? start : new URL(session.url));
  url.searchParams.set("digest", blob.digest);
  const headers = { "content-type": "application/octet-stream" };
  const stored = await client.send({ method: "PUT", url, headers, body: blobBody(blob, onBytes), expected: [201] });
  await stored.body?.cancel();
}

/** A request body of bytes in memory. */
export function bytesBody(bytes: Uint8Array): Body {
  return { sizeBytes: bytes.length, open: () => Uint8Array.from(bytes) };
}

function blobBody({ source, sizeBytes }: Blob, onBytes: (doneBytes: number) => void): Body {
  if (typeof source !== "string") return bytesBody(source);
  return { sizeBytes, open: () => ReadableStream.from(readBlob(source, sizeBytes, onBytes)) };
}

async function* readBlob(
  path: string,
  sizeBytes: number,
  onBytes: (doneBytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const handle = await open(path, "r");
  try {
    if ((await handle.stat()).size !== sizeBytes)
      throw new PublishError("IMAGE_INVALID", `${path} is not as long as its descriptor says.`, { action: "retry" }, { path });
    for (let done = 0; done < sizeBytes;) {
      const chunk = new Uint8Array(readSizeBytes);
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, done);
      if (bytesRead === 0) break;
      done += bytesRead;
      yield chunk.subarray(0, bytesRead);
      onBytes(done);
    }
  } finally {
    await handle.close();
  }
}
