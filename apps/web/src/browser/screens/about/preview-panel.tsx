import type { OpenPreview } from "@datasette-publish/workbench/protocol";
import { useRef } from "preact/hooks";
import { useAutoJob } from "../../draft/use-auto-job.ts";
import type { OpenDraft } from "../../draft/use-draft.ts";
import type { Preparing } from "../../draft/use-prepared.ts";
import { Link } from "../../parts/link.tsx";
import { ProblemBox } from "../../parts/problem.tsx";
import { ProgressLine } from "../../parts/progress.tsx";
import { stepPath } from "../../router.ts";
import { words } from "../../words/en.ts";

const says = words.about.preview;

interface PreviewPanelProps {
  readonly draft: OpenDraft;
  /** All that was filled in is at the server. */
  readonly isKept: boolean;
  readonly preparing: Preparing;
}

/** The real site in a frame. It is opened when the screen is, and again after each change; meanwhile the one before stays. */
export function PreviewPanel({ draft, isKept, preparing }: PreviewPanelProps) {
  const { prepared } = draft.view.draft;
  const { preview } = draft.view;
  const isWanted = isKept && prepared !== null && preview === null;
  const opening = useAutoJob(draft, "POST /api/drafts/:draft/preview", { isWanted, key: prepared ?? "" });
  const last = useRef<OpenPreview | null>(null);
  last.current = preview ?? last.current;
  const shown = last.current;
  const problem = preparing.problem ?? opening.problem;
  const retry = (): void => (preparing.problem === null ? opening.retry() : void preparing.prepare());
  return (
    <section class="preview card" aria-labelledby="preview-heading">
      <div class="preview-top">
        <h2 id="preview-heading">{says.heading}</h2>
        {preview && (
          <a href={preview.url} target="_blank" rel="noreferrer">
            {says.window} <span class="hidden">{words.app.newTab}</span>
          </a>
        )}
      </div>
      {draft.view.draft.state === "empty" ? (
        <p>
          {says.noFiles} <Link to={stepPath(draft.id, "files")}>{says.toFiles}</Link>
        </p>
      ) : problem ? (
        <>
          <ProblemBox problem={problem} title={says.failed} mending={{ retry }} />
          <p>{says.withoutIt}</p>
        </>
      ) : (
        <div class="preview-frame">
          {shown && (
            <iframe
              key={shown.digest}
              title={says.frame}
              src={shown.url}
              sandbox="allow-scripts allow-forms allow-popups allow-downloads"
              referrerpolicy="no-referrer"
            />
          )}
          {preview === null && <Getting draft={draft} isFirst={shown === null} />}
        </div>
      )}
      <p class="hint">{says.onlyHere}</p>
    </section>
  );
}

function Getting({ draft: { running }, isFirst }: { readonly draft: OpenDraft; readonly isFirst: boolean }) {
  if (!isFirst)
    return (
      <p class="preview-outdated" role="status">
        {says.outdated}
      </p>
    );
  return (
    <div class="preview-getting">
      {running ? <ProgressLine progress={running.progress} waiting={says.getting} /> : <p role="status">{says.getting}</p>}
      <p class="hint">{says.first}</p>
    </div>
  );
}
