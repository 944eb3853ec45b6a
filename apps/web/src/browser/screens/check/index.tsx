import type { OpenDraft } from "../../draft/use-draft.ts";
import { Shell } from "../../parts/shell.tsx";
import { words } from "../../words/en.ts";

export function CheckScreen({ draft: { view } }: { readonly draft: OpenDraft }) {
  return (
    <Shell heading={words.check.title} name={words.app.steps.check} step="check" view={view} site={view.draft.about.title ?? view.siteTitle}>
      <p>{words.app.loading}</p>
    </Shell>
  );
}
