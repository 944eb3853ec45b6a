import type { Table } from "../convert/dataset.ts";
import type { LeftOut } from "../files/input-file.ts";
import type { Image } from "../oci/types.ts";
import type { Deployment, PlanAction } from "../provider/rollout.ts";
import type { ContentFile } from "../site/contents.ts";
import type { Site } from "../site/site.ts";

/** What became of one input database: the report the user reads, without paths of the working folder. */
export interface DatabaseReport {
  readonly name: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly tables: readonly Table[];
}

/** One assembled image; `sizeBytes` is what travels (compressed layers, config, manifest). */
export interface ImageReport {
  readonly platform: string;
  readonly manifestDigest: string;
  readonly configDigest: string;
  readonly sizeBytes: number;
  /** Null where the builder of the image does not know it. */
  readonly unpackedSizeBytes: number | null;
}

/** What `publish` returns: plain JSON. A dry run has a `plan` and no `deployment`. */
export interface PublishResult {
  readonly site: string;
  readonly databases: readonly DatabaseReport[];
  /** The user's files that are in the site besides its data, or that it is made of. */
  readonly files: readonly ContentFile[];
  readonly leftOut: readonly LeftOut[];
  readonly images: readonly ImageReport[];
  /** Absolute path of the bill of materials that was asked for. */
  readonly sbom?: string;
  readonly deployment?: Deployment;
  readonly plan?: readonly PlanAction[];
}

/** Bytes of everything a registry or archive holds of the image. */
function imageSizeBytes(image: Image): number {
  const layers = image.layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
  return layers + image.config.byteLength + image.manifest.byteLength;
}

/** What became of a site's inputs. */
export function reportOf({ dataset }: Site): readonly DatabaseReport[] {
  return dataset.databases.map(({ name, fileName, sizeBytes, sha256, tables }) => ({ name, fileName, sizeBytes, sha256, tables }));
}

/** Sums up a publish. */
export function resultOf(
  site: Site,
  { images = [], ...outcome }: { images?: readonly Image[]; sbom?: string; deployment?: Deployment; plan?: readonly PlanAction[] },
): PublishResult {
  const { files = [], leftOut = [] } = site.contents ?? {};
  return { site: site.name, databases: reportOf(site), files, leftOut, images: images.map(imageReport), ...outcome };
}

function imageReport(image: Image): ImageReport {
  return {
    platform: `${image.platform.os}/${image.platform.architecture}`,
    manifestDigest: image.manifestDigest,
    configDigest: image.configDigest,
    sizeBytes: imageSizeBytes(image),
    unpackedSizeBytes: image.layers.reduce<number | null>(
      (sum, { unpackedSizeBytes }) => (sum === null || unpackedSizeBytes === null ? null : sum + unpackedSizeBytes),
      0,
    ),
  };
}
