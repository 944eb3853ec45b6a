import type { OpenDraft } from "../../draft/use-draft.ts";
import { Shell } from "../../parts/shell.tsx";
import { words } from "../../words/en.ts";

export function AboutScreen({ draft: { view } }: { readonly draft: OpenDraft }) {
  return (
    <Shell heading={words.app.steps.about} name={words.app.steps.about} step="about" view={view} site={view.draft.about.title ?? view.siteTitle}>
      <p>{words.app.loading}</p>
    </Shell>
  );
}
