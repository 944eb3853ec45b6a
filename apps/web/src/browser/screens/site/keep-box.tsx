import { DownloadButton } from "../../parts/download-button.tsx";
import { words } from "../../words/en.ts";
import type { SiteBox } from "./index.tsx";

const says = words.site.keep;

/** Everything of a site to take away. */
export function KeepBox({ view, isFile }: SiteBox) {
  const { site, isKept } = view;
  const [version] = site.versions;
  return (
    <section aria-labelledby="keep-heading">
      <h2 id="keep-heading">{says.heading}</h2>
      <p>{isKept ? says.what : says.not}</p>
      {isKept && (
        <p class="buttons">
          <DownloadButton of={{ site: site.id }} label={says.download} />
          {isFile && version && <DownloadButton of={{ image: version.id }} label={says.image} />}
        </p>
      )}
    </section>
  );
}
