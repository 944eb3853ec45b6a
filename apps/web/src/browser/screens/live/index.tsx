import type { OpenDraft } from "../../draft/use-draft.ts";
import { Shell } from "../../parts/shell.tsx";
import { words } from "../../words/en.ts";

export function LiveScreen({ draft: { view } }: { readonly draft: OpenDraft }) {
  return (
    <Shell heading={words.app.steps.live} name={words.app.steps.live} step="live" view={view} site={view.draft.about.title ?? view.siteTitle}>
      <p>{words.app.loading}</p>
    </Shell>
  );
}
