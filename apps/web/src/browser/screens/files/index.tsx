import type { OpenDraft } from "../../draft/use-draft.ts";
import { Shell } from "../../parts/shell.tsx";
import { words } from "../../words/en.ts";

export function FilesScreen({ draft: { view } }: { readonly draft: OpenDraft }) {
  return (
    <Shell heading={words.files.title} name={words.app.steps.files} step="files" view={view} site={view.draft.about.title ?? view.siteTitle}>
      <p>{words.app.loading}</p>
    </Shell>
  );
}
