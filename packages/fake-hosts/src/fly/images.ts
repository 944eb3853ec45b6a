import { FlyRefusal } from "./answers.ts";
import type { FlyImageRef, FlyModel } from "./model.ts";

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

/** Finds a machine's image in the registry; nowhere else is looked. */
export async function resolveImage({ registry, registryHost }: FlyModel, reference: string | undefined): Promise<FlyImageRef> {
  const { host, repository, version } =
    /^(?<host>[^/]+)\/(?<repository>[^:@]+)(?::[^@]+)?(?<version>@.+)?$/.exec(reference ?? "")?.groups ?? {};
  if (host !== registryHost || repository === undefined || version === undefined)
    throw new FlyRefusal(400, `invalid_argument: ${reference} is not a digest of ${registryHost}`);
  const digest = version.slice(1);
  const answer = await fetch(`http://${registry}/v2/${repository}/manifests/${digest}`, {
    method: "HEAD",
    headers: { accept: manifestTypes.join(", ") },
  });
  if (!answer.ok) throw new FlyRefusal(400, `failed to get manifest ${reference}: MANIFEST_UNKNOWN`);
  return { registry: host, repository, digest };
}
