import { PublishError, isPublishError } from "../../errors/publish-error.ts";
import { systemClock, type Clock } from "../../run/clock.ts";
import { step, type Context } from "../../events/events.ts";
import { warn } from "../../events/warnings.ts";
import { bytesContent } from "../content.ts";
import { indexOf, manifestOf, type Manifest, type ManifestKind } from "../manifest.ts";
import { dockerLayerType } from "../media-types.ts";
import { formatReference, parseReference, type Reference } from "../reference.ts";
import type { Image } from "../types.ts";
import type { Ahead } from "./ahead.ts";
import { blobSize, bytesBody, layerBlob, pushBlob, type Blob } from "./blob.ts";
import { RegistryClient } from "./client.ts";
import type { Credentials } from "./auth.ts";
import { hasCode, problem, refusal } from "./failures.ts";
import { requestLine } from "../../http/failures.ts";
import { withRetries } from "../../http/retry.ts";

/** Says what a registry knows the user by; null if there is nothing. */
export type RegistryLogins = (registry: string, signal?: AbortSignal) => Promise<Credentials | null>;

/** Blobs that are sent at the same time. */
const concurrency = 3;

export interface PushOptions {
  /** Manifest family; `docker` for hosts that refuse OCI manifests. Unset: `oci`, and `docker` for a registry that refuses those. */
  readonly manifest?: ManifestKind;
  /** Unset: asked of `logins`. */
  readonly credentials?: Credentials;
  /** The repository was made just now: a registry that does not know it yet is asked again. */
  readonly isNew?: boolean;
  readonly fetch?: typeof globalThis.fetch;
  /** What pauses are waited by. Unset: real time. */
  readonly clock?: Clock;
  /** What a transfer that stands still is measured by. Unset: real time. */
  readonly transferClock?: Clock;
  /** Asked once, when the registry wants to know who this is. Unset: nobody. */
  readonly logins?: RegistryLogins;
  /** What is on its way already: a push to the same repository waits for it. */
  readonly ahead?: Ahead | undefined;
}

/**
 * Pushes one image, or an index over images of several platforms, to a registry (distribution-spec, "Push").
 * Sends no blob and no manifest that is there already, so a push that was cut off is finished by the next one.
 * Reports a `push` step in bytes of compressed blobs.
 *
 * @param reference `registry/repository[:tag]`; without a tag and a digest: `latest`
 * @returns the full reference that was written, and the digest of the manifest or index
 * @throws PublishError `REFERENCE_INVALID`, `REGISTRY_UNREACHABLE`, `REGISTRY_UNAUTHORIZED`, `REGISTRY_REFUSED`, `CREDENTIALS_INVALID`
 */
export async function push(
  images: readonly Image[],
  reference: string,
  options: PushOptions,
  ctx: Context,
): Promise<{ reference: string; digest: string }> {
  const { manifest: kind } = options;
  const planned = planManifests(images, kind ?? "oci");
  const target = targetOf(reference, planned.top);
  return step(ctx, "push", `Push to ${formatReference(target)}`, async ({ progress }) => {
    const failed = new AbortController();
    const client = clientFor(target, options, ctx, failed.signal);
    try {
      await pushBlobs(client, blobsToPush(images), aheadOf(options, target), (done, total) => progress(done, total, "bytes"));
      const top = await pushManifests(client, planned, target).catch((error: unknown) => {
        if (kind !== undefined || target.digest !== null || !wantsSchema2(error, images)) throw error;
        return pushSchema2(client, images, target, ctx, error);
      });
      return { reference: formatReference(target), digest: top.digest };
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
}

/** A client that writes to a repository until the run is cancelled or `stop` aborts. */
export function clientFor(
  reference: Reference,
  options: PushOptions,
  { report, signal: cancelled }: Context,
  stop: AbortSignal,
): RegistryClient {
  const { isNew = false, logins, fetch = globalThis.fetch, clock = systemClock, transferClock } = options;
  const signal = cancelled === undefined ? stop : AbortSignal.any([cancelled, stop]);
  const credentials = async () => options.credentials ?? (await logins?.(reference.registry, signal)) ?? null;
  return new RegistryClient({ reference, actions: "pull,push", isNew, fetch, clock, transferClock, credentials, report, signal });
}

async function pushManifests(client: RegistryClient, { manifests, top }: Planned, target: Reference): Promise<Manifest> {
  for (const manifest of manifests) await pushManifest(client, manifest, manifest.digest);
  await pushManifest(client, top, target.tag ?? top.digest);
  return top;
}

/** Whether a registry refuses a manifest for what it is, and Docker's schema 2 can say the same. */
function wantsSchema2(error: unknown, images: readonly Image[]): error is PublishError {
  if (!isPublishError(error) || error.code !== "REGISTRY_REFUSED") return false;
  const { status } = error.facts;
  const isKind = status === 415 || (status === 400 && hasCode(error, "MANIFEST_INVALID", "UNSUPPORTED"));
  return isKind && images.every(({ layers }) => layers.every(({ descriptor }) => dockerLayerType(descriptor.mediaType) !== undefined));
}

/** Sends the same image by Docker's manifests. A registry that refuses those too refused the first for another reason. */
async function pushSchema2(
  client: RegistryClient,
  images: readonly Image[],
  target: Reference,
  ctx: Context,
  refused: PublishError,
): Promise<Manifest> {
  const top = await pushManifests(client, planManifests(images, "docker"), target).catch((error: unknown) => {
    throw isPublishError(error) && error.code === "REGISTRY_REFUSED" ? refused : error;
  });
  const message = `${target.registry} refuses OCI manifests: the image was pushed with Docker's, so its digest is ${top.digest}.`;
  warn(ctx, "MANIFEST_CONVERTED", message, { registry: target.registry, digest: top.digest });
  return top;
}

interface Planned {
  /** Those that `top` points at. */
  readonly manifests: readonly Manifest[];
  /** What the tag names. */
  readonly top: Manifest;
}

function planManifests(images: readonly Image[], kind: ManifestKind): Planned {
  const [image] = images;
  if (image === undefined) throw new PublishError("IMAGE_INVALID", "A push needs an image.", "Report this as a bug.");
  if (images.length === 1) return { manifests: [], top: manifestOf(image, kind) };
  return { manifests: images.map((each) => manifestOf(each, kind)), top: indexOf(images, kind) };
}

function targetOf(reference: string, top: Manifest): Reference {
  const parsed = parseReference(reference);
  if (parsed.digest !== null && parsed.digest !== top.digest)
    throw new PublishError(
      "REFERENCE_INVALID",
      `${reference} names another image than the one to push.`,
      "Leave the digest out of the reference.",
      {
        digest: top.digest,
      },
    );
  return parsed.tag === null && parsed.digest === null ? { ...parsed, tag: "latest" } : parsed;
}

function blobsToPush(images: readonly Image[]): Blob[] {
  const blobs = images.flatMap(({ layers, config, configDigest }): Blob[] => [
    ...layers.map(layerBlob),
    { digest: configDigest, content: bytesContent(config) },
  ]);
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

/** What is on its way to that repository, and no other. */
function aheadOf({ ahead }: PushOptions, { registry, repository }: Reference): Ahead | undefined {
  return ahead?.target.registry === registry && ahead.target.repository === repository ? ahead : undefined;
}

async function pushBlobs(
  client: RegistryClient,
  blobs: readonly Blob[],
  ahead: Ahead | undefined,
  progress: (done: number, total: number) => void,
): Promise<void> {
  const totalBytes = blobSize(blobs);
  const doneBytes = new Map<string, number>();
  const waiting = [...blobs];
  const work = async () => {
    for (let blob = waiting.shift(); blob !== undefined; blob = waiting.shift()) {
      const { digest } = blob;
      const onBytes = (bytes: number) => {
        doneBytes.set(digest, bytes);
        progress(
          [...doneBytes.values()].reduce((sum, each) => sum + each, 0),
          totalBytes,
        );
      };
      if (!(await ahead?.settled(digest, onBytes))) await pushBlob(client, blob, onBytes);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
}

/** distribution-spec, "Pushing Manifests". */
async function pushManifest(client: RegistryClient, { bytes, digest, mediaType }: Manifest, name: string): Promise<void> {
  const url = client.url(`manifests/${name}`);
  await withRetries(client, async () => {
    const head = await client.send({ method: "HEAD", url, headers: { accept: mediaType }, expected: [200, 404] });
    if (head.status === 200 && head.headers.get("docker-content-digest") === digest) return;
    const headers = { "content-type": mediaType };
    const response = await client.send({ method: "PUT", url, headers, body: bytesBody(bytes), expected: [201] });
    await response.body?.cancel();
    const stored = response.headers.get("docker-content-digest");
    if (stored !== null && stored !== digest)
      throw refusal(requestLine("PUT", url), 201, problem(`it stored ${stored} instead of ${digest}`));
  });
}
