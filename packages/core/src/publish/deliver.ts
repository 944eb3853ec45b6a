import { archiveStream, checkArchivePath, writeArchive } from "../oci/archive.ts";
import { checkLayoutPath, writeLayout } from "../oci/layout.ts";
import { parseReference } from "../oci/reference.ts";
import { writeSource } from "../build/source.ts";
import type { AccountContext, Deliver } from "../provider/context.ts";
import { pushAhead } from "../oci/registry/ahead.ts";
import { push, type RegistryLogins } from "../oci/registry/push.ts";

/** The toolbox a provider gets: every way core moves an image, bound to one run's progress and signal. */
export function deliverVia(account: AccountContext, logins: RegistryLogins): Deliver {
  const { signal, fetch, clock } = account;
  return {
    archive: (image, file, reference) => writeArchive(image, file, reference, signal),
    archiveStream: (image, reference) => archiveStream(image, reference, signal),
    layout: (images, dir, reference) => writeLayout(images, dir, reference, signal),
    push: (images, reference, options) => push(images, reference, { logins, fetch, clock, ...options }, account),
    pushAhead: (reference, options) => pushAhead(reference, { logins, fetch, clock, ...options }, account),
    source: (image, file, files) => writeSource(image, file, files, signal),
    async check({ reference, archive, layout }) {
      if (reference !== undefined) parseReference(reference);
      if (archive !== undefined) await checkArchivePath(archive);
      if (layout !== undefined) await checkLayoutPath(layout);
    },
  };
}
