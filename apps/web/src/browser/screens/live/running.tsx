import type { OpenDraft } from "../../draft/use-draft.ts";
import { noProgress } from "../../progress.ts";
import { ProgressList } from "../../parts/progress.tsx";
import { words } from "../../words/en.ts";
import { plainSteps } from "./step-words.ts";

const says = words.live;

/** What is being done, and Stop. */
export function Running({ draft: { running, stop }, place }: { readonly draft: OpenDraft; readonly place: string }) {
  const { progress = noProgress, isLost = false, isStopping = false } = running ?? {};
  return (
    <section class="card" aria-label={says.steps.heading}>
      {progress.steps.length === 0 && <p role="status">{says.steps.waiting}</p>}
      <ProgressList progress={{ ...progress, steps: plainSteps(progress.steps, place) }} isLost={isLost} />
      <p>
        <strong>{says.running}</strong> <span class="muted">{says.runningHint}</span>
      </p>
      <p class="buttons">
        <button type="button" class="button" aria-disabled={isStopping} onClick={() => void (isStopping || stop())}>
          {isStopping ? says.stopping : says.stop}
        </button>
      </p>
    </section>
  );
}
