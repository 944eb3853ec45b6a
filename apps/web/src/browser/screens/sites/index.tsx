import { Shell } from "../../parts/shell.tsx";
import { words } from "../../words/en.ts";

export function SitesScreen() {
  return (
    <Shell heading={words.app.toSites} name={words.app.toSites}>
      <p>{words.app.loading}</p>
    </Shell>
  );
}
