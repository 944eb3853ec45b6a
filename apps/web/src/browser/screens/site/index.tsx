import { Shell } from "../../parts/shell.tsx";
import { words } from "../../words/en.ts";

export function SiteScreen({ site }: { readonly site: string }) {
  return (
    <Shell heading={site} name={words.app.toSites}>
      <p>{words.app.loading}</p>
    </Shell>
  );
}
