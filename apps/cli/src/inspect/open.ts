import { fileCredentials, isPublishError, type Context, type PublishError } from "@datasette-publish/core";
import { inspectImage, requireWithin, type ImageLimits, type Inspection } from "@datasette-publish/core/inspect";
import { openImage, type ImagePlace, type OpenedImage, type Platform } from "@datasette-publish/core/oci";
import { savedImages } from "@datasette-publish/provider-docker";
import { engineUser } from "@datasette-publish/workbench/site";

/** Which image is looked into. */
export interface InspectRequest {
  /** A file, a folder, or a name. */
  readonly image: string;
  readonly workDir: string;
  readonly platform: Platform | undefined;
  readonly from: ImagePlace | undefined;
}

/** An image, and what is in it. */
export interface Inspected {
  readonly name: string;
  readonly image: OpenedImage;
  readonly inspection: Inspection;
}

/** Finds an image, and reads it. @throws PublishError as `openImage` and `inspectImage` do */
export async function inspectNamed({ image: name, workDir, platform, from }: InspectRequest, context: Context): Promise<Inspected> {
  const engine = savedImages(engineUser(process.env));
  const logins = fileCredentials(process.env).registry;
  const image = await openImage(name, { workDir, engine, logins, ...(platform && { platform }), ...(from && { from }) }, context);
  return { name, image, inspection: await inspectImage(image, context) };
}

/** What limits say of an image: null when it is within them. @throws what is no refusal */
export async function refusalOf({ image, inspection }: Inspected, limits: ImageLimits, context: Context): Promise<PublishError | null> {
  try {
    await requireWithin(image, limits, { host: null, inspection }, context);
    return null;
  } catch (error) {
    if (isPublishError(error) && /^IMAGE_(TOO_LARGE|WASTEFUL)$/.test(error.code)) return error;
    throw error;
  }
}
