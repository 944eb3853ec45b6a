import type { Context } from "../events/events.ts";
import { messageOf } from "../files/failures.ts";
import { nativeGzip, type Compressor } from "../oci/compressors.ts";
import { GrowingFile } from "../oci/growing-file.ts";
import { writeLayer, type LayerFile } from "../oci/layer.ts";
import type { Ahead } from "../oci/registry/ahead.ts";
import { sizeOf } from "../oci/tar.ts";
import type { ImageFile } from "../oci/types.ts";
import { layerKey, type LayerCache } from "./layer-cache.ts";

/** One database, as a layer of its own. */
export interface DataContent {
  readonly createdBy: string;
  readonly file: ImageFile;
  /** SHA-256 of the database, hex; null where nobody took it: then its layer is not kept. */
  readonly sha256: string | null;
}

/** What layers of data are made with. */
export interface DataLayerContext extends Context {
  /** Unset: gzip for layers that travel. */
  readonly compressor?: Compressor;
  readonly cache: LayerCache;
  /** Sends layers while others are made. Unset: none is sent before its time. */
  readonly ahead?: Pick<Ahead, "send" | "sendGrowing"> | undefined;
}

/** Annotation of a layer's descriptor: what names all that its bytes depend on, so that it is known before it is made. */
const keyAnnotation = "io.datasette.publish.layer-key";

/**
 * The layer of a database: the one that was kept when it was last made, else a new one. Same database, name and compressor, same digest.
 *
 * @param onBytes told how many bytes of it are done
 * @returns whether it was kept
 * @throws PublishError `INPUT_CHANGED`; system errors of the file system as they are
 */
export async function dataLayer(
  { createdBy, file, sha256 }: DataContent,
  workDir: string,
  ctx: DataLayerContext,
  onBytes: (bytes: number) => void,
): Promise<{ layer: LayerFile; isKept: boolean }> {
  const { cache, compressor = nativeGzip(6), ahead, signal } = ctx;
  const key = sha256 === null ? null : layerKey(sha256, file.name, createdBy, compressor.version ?? "");
  const kept = key === null ? null : await cache.take(key, workDir, signal);
  if (kept !== null) {
    onBytes(await sizeOf(file));
    ahead?.send(kept);
    return { layer: kept, isKept: true };
  }
  const growing = new GrowingFile();
  const annotations = key === null ? {} : { [keyAnnotation]: key };
  const made = writeLayer([file], workDir, createdBy, ctx, { onBytes, compressor, annotations, growing });
  if (key !== null) ahead?.sendGrowing(growing, made, annotations);
  const layer = await made;
  if (key !== null) await cache.keep(key, layer).catch(sayNotKept(ctx));
  return { layer, isKept: false };
}

/** A folder that cannot be written costs time at the next publish, and nothing else. */
function sayNotKept({ report }: Context): (error: unknown) => void {
  return (error) => report({ type: "output", id: "assemble", text: `A compressed database cannot be kept: ${messageOf(error)}` });
}
