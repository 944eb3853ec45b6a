import { isPublishError } from "../../errors/publish-error.ts";
import { layerContent, readWhole } from "../content.ts";
import type { Growing } from "../growing-file.ts";
import type { Content, Layer } from "../types.ts";
import type { Body, RegistryClient } from "./client.ts";
import { hasCode, problem, refusal } from "./failures.ts";
import { requestLine } from "../../http/failures.ts";
import { Transient, withRetries } from "../../http/retry.ts";

/** A blob to push. */
export interface Blob {
  readonly digest: string;
  readonly content: Content;
}

/** The blob of a layer. */
export function layerBlob(layer: Layer): Blob {
  return { digest: layer.descriptor.digest, content: layerContent(layer) };
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
  await withRetries(client, () =>
    pushOnce(client, blob, onBytes).catch((error: unknown) => {
      if (wasDamaged || !isPublishError(error) || !hasCode(error, "DIGEST_INVALID")) throw error;
      wasDamaged = true;
      throw new Transient(error);
    }),
  );
}

/** The same, not tried again: what may pass is thrown as {@link Transient}. */
export async function pushOnce(client: RegistryClient, blob: Blob, onBytes: (doneBytes: number) => void): Promise<void> {
  const url = client.url(`blobs/${blob.digest}`);
  const head = await client.send({ method: "HEAD", url, expected: [200, 404] });
  if (head.status === 404) {
    onBytes(0);
    await upload(client, blob, onBytes);
  }
  onBytes(blob.content.sizeBytes);
}

const octets = { "content-type": "application/octet-stream" };

async function upload(client: RegistryClient, blob: Blob, onBytes: (doneBytes: number) => void): Promise<void> {
  await closeUpload(client, await openUpload(client), blob.digest, blobBody(blob, onBytes));
}

/**
 * Sends a blob while it is made, and says its digest at the end: POST, one PATCH in chunks, PUT (distribution-spec, "Pushing a blob in chunks";
 * its one chunk has no length yet, as those of a Docker engine). Not tried again.
 */
export async function pushGrowing(
  client: RegistryClient,
  growing: Growing,
  made: Promise<Layer>,
  onBytes: (doneBytes: number) => void,
): Promise<void> {
  const url = await openUpload(client);
  const body: Body = { sizeBytes: null, open: () => ReadableStream.from(counted(growing.open(), onBytes)) };
  const sent = await client.send({ method: "PATCH", url, headers: octets, body, expected: [202] });
  const { descriptor } = await made;
  await closeUpload(client, await locationOf(client, "PATCH", url, sent), descriptor.digest, noBytes);
}

async function openUpload(client: RegistryClient): Promise<URL> {
  const url = client.url("blobs/uploads/");
  return locationOf(client, "POST", url, await client.send({ method: "POST", url, body: noBytes, expected: [202] }));
}

/** Where an upload goes on. */
async function locationOf(client: RegistryClient, method: string, url: URL, answer: Response): Promise<URL> {
  await answer.body?.cancel();
  const location = answer.headers.get("location");
  if (location === null) throw refusal(requestLine(method, url), answer.status, problem("it gave no Location to upload to"));
  return client.resolve(location, answer.url === "" ? url : new URL(answer.url), method);
}

async function closeUpload(client: RegistryClient, url: URL, digest: string, body: Body): Promise<void> {
  url.searchParams.set("digest", digest);
  const stored = await client.send({ method: "PUT", url, headers: octets, body, expected: [201] });
  await stored.body?.cancel();
}

/** A request body of bytes in memory. */
export function bytesBody(bytes: Uint8Array): Body {
  return { sizeBytes: bytes.length, open: () => Uint8Array.from(bytes) };
}

const noBytes = bytesBody(new Uint8Array(0));

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
