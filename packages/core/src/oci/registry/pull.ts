import { PublishError } from "../../errors/publish-error.ts";
import type { Context } from "../../events/events.ts";
import { requestLine } from "../../http/failures.ts";
import { withRetries } from "../../http/retry.ts";
import { systemClock } from "../../run/clock.ts";
import { unreadable } from "../content.ts";
import { digestOf } from "../digest.ts";
import type { Manifest } from "../manifest.ts";
import { mediaTypes } from "../media-types.ts";
import { readImage, readJsonBytes, type BlobSource } from "../read-image.ts";
import { formatReference, parseReference, type Reference } from "../reference.ts";
import type { Image, Platform } from "../types.ts";
import { RegistryClient } from "./client.ts";
import { remoteContent } from "./download.ts";
import { readWords } from "./failures.ts";
import type { PushOptions } from "./push.ts";

/** Who reads an image of a registry, and which. */
export interface PullOptions extends Pick<PushOptions, "credentials" | "logins" | "fetch" | "clock" | "transferClock"> {
  /** Unset: the only platform there is, else linux/amd64. */
  readonly platform?: Platform;
}

const { ociIndex, ociManifest, dockerManifestList, dockerManifest } = mediaTypes;
const manifestTypes = [ociIndex, ociManifest, dockerManifestList, dockerManifest].join(", ");

/**
 * Reads an image of a registry (distribution-spec, "Pull"): manifest and config at once, a layer when it is opened. A layer whose
 * connection breaks is read on from where it broke, and its digest is checked on the way.
 *
 * @param reference `registry/repository[:tag][@digest]`; without a tag and a digest: `latest`
 * @throws PublishError `REFERENCE_INVALID`, `IMAGE_NOT_FOUND`, `IMAGE_UNREADABLE`, `REGISTRY_UNREACHABLE`, `REGISTRY_UNAUTHORIZED`, `REGISTRY_REFUSED`, `CREDENTIALS_INVALID`
 */
export async function pull(
  reference: string,
  options: PullOptions,
  { report, signal = new AbortController().signal }: Context,
): Promise<Image> {
  const { logins, fetch = globalThis.fetch, clock = systemClock, transferClock, platform } = options;
  const parsed = parseReference(reference);
  const target = parsed.tag === null && parsed.digest === null ? { ...parsed, tag: "latest" } : parsed;
  const credentials = async () => options.credentials ?? (await logins?.(target.registry, signal)) ?? null;
  const client = new RegistryClient({ reference: target, actions: "pull", fetch, clock, transferClock, credentials, report, signal });
  const where = formatReference(target);
  const source: BlobSource = {
    where,
    blob: ({ digest, size }) => remoteContent(client, `blobs/${digest}`, size),
    manifest: ({ digest, size }) => remoteContent(client, `manifests/${digest}`, size, manifestTypes),
  };
  return readImage(source, await fetchManifest(client, target, where), { ...(platform && { platform }), signal });
}

async function fetchManifest(client: RegistryClient, { tag, digest }: Reference, where: string): Promise<Manifest> {
  const path = `manifests/${digest ?? tag}`;
  let mediaType = "";
  const open = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    const response = await client.send({ method: "GET", url: client.url(path), headers: { accept: manifestTypes }, expected: [200, 404] });
    if (response.status === 404) throw notFound(where, (await readWords(response)).detail);
    mediaType = response.headers.get("content-type")?.replace(/;.*$/, "").trim() ?? "";
    yield* response.body ?? [];
  };
  const line = requestLine("GET", client.url(path));
  const bytes = await withRetries(client, () =>
    readJsonBytes({ sizeBytes: 0, open }, `the manifest of ${where}`).catch((error: unknown) => client.fail(error, line)),
  );
  const found = digestOf(bytes);
  if (digest !== null && digest !== found) throw unreadable(`${where} has other bytes: their digest is ${found}`);
  return { bytes, digest: found, mediaType };
}

function notFound(where: string, detail: string): PublishError {
  const because = detail === "" ? "" : ` (${detail})`;
  return new PublishError("IMAGE_NOT_FOUND", `There is no image ${where}${because}.`, "Check its name, its tag and its digest.", {
    image: where,
    detail,
  });
}
