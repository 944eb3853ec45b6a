import type { Draft } from "@datasette-publish/workbench/protocol";
import { useState } from "preact/hooks";
import { call, problemOf, type Problem } from "../../api.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Link } from "../../parts/link.tsx";
import { ProblemBox } from "../../parts/problem.tsx";
import { stepPath } from "../../router.ts";
import { words } from "../../words/en.ts";
import { formatMoment } from "../../words/format.ts";
import { draftTitle, nextStep } from "./draft-title.ts";

const says = words.sites;

/** A site in the making: what it is called, and the way on, or away. */
export function DraftRow({ draft, onGone }: { readonly draft: Draft; readonly onGone: () => Promise<void> }) {
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const title = draftTitle(draft) ?? says.untitled;
  const isPublishing = draft.state === "publishing";
  const discard = async (): Promise<void> => {
    setAsking(false);
    try {
      await call("DELETE /api/drafts/:draft", { params: { draft: draft.id } });
    } catch (error) {
      setProblem(problemOf(error));
    }
    await onGone();
  };
  return (
    <li class="site-row card">
      <div>
        <h3>{title}</h3>
        <p class="site-state">
          <Icon name={isPublishing ? "upload" : "lock"} /> {isPublishing ? says.states.publishing : says.states.draft}
        </p>
        <p class="hint">
          {says.files(draft.files.length, draft.folder !== null)} · {says.changed(formatMoment(draft.changedMs))}
        </p>
        {problem && <ProblemBox problem={problem} />}
      </div>
      <div class="site-buttons">
        <Link to={stepPath(draft.id, nextStep(draft))} class="button small">
          {isPublishing ? says.watch : says.resume}
          <span class="hidden">: {title}</span>
        </Link>
        {!isPublishing && (
          <button type="button" class="button small" onClick={() => setAsking(true)}>
            {says.discard}
            <span class="hidden">: {title}</span>
          </button>
        )}
      </div>
      {isAsking && (
        <Dialog
          title={says.discardDialog.title(title)}
          onClose={() => setAsking(false)}
          actions={
            <>
              <button type="button" class="button" onClick={() => setAsking(false)}>
                {says.discardDialog.no}
              </button>
              <button type="button" class="button danger" onClick={() => void discard()}>
                {says.discardDialog.yes}
              </button>
            </>
          }
        >
          <p>{says.discardDialog.what}</p>
        </Dialog>
      )}
    </li>
  );
}
