import { isLoopback } from "../../http/loopback.ts";
import type { Reference } from "../reference.ts";

/**
 * Base URL of a registry's API (distribution-spec, "API"): Docker's own lives at another host than its name,
 * and plain HTTP is for this machine only.
 */
export function endpointOf({ registry }: Pick<Reference, "registry">): URL {
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  const url = new URL(`https://${host}/v2/`);
  if (isLoopback(url)) url.protocol = "http:";
  return url;
}
