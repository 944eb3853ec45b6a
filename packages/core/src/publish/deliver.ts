import { archiveStream, writeArchive } from "../image/archive.ts";
import { writeLayout } from "../image/layout.ts";
import { writeSource } from "../image/source.ts";
import type { Deliver, HostContext } from "../provider/provider.ts";
import { push, type RegistryLogins } from "../registry/push.ts";

/** The toolbox a provider gets: every way core moves an image, bound to one publish's progress and signal. */
export function deliverVia(host: HostContext, logins: RegistryLogins): Deliver {
  const { signal, fetch, clock } = host;
  return {
    archive: (image, file, reference) => writeArchive(image, file, reference, signal),
    archiveStream: (image, reference) => archiveStream(image, reference, signal),
    layout: (images, dir, reference) => writeLayout(images, dir, reference, signal),
    push: (images, reference, options) => push(images, reference, { logins, fetch, clock, ...options }, host),
    source: (image, file, files) => writeSource(image, file, files, signal),
  };
}
