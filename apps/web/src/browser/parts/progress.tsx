import { currentStep, type Progress, type StepProgress } from "../progress.ts";
import { words } from "../words/en.ts";
import { Icon } from "./icon.tsx";

/** A bar; without a total it says that something goes on. */
export function ProgressBar({ label, done, total }: { readonly label: string; readonly done: number; readonly total: number | null }) {
  return total === null ? <progress aria-label={label} /> : <progress aria-label={label} value={done} max={Math.max(1, total)} />;
}

/** Every step of a job. Screen readers hear each as it begins, not each percent. */
export function ProgressList({ progress, isLost = false }: { readonly progress: Progress; readonly isLost?: boolean }) {
  const current = currentStep(progress);
  return (
    <div class="progress-list">
      <p class="hidden" role="status">
        {current && words.progress.step(current.id, current.title)}
      </p>
      <ol>
        {progress.steps.map((step) => (
          <StepLine key={`${step.step} ${step.id}`} step={step} />
        ))}
      </ol>
      {progress.retrying !== null && <p class="hint">{words.progress.retrying(progress.retrying)}</p>}
      {isLost && <p class="hint">{words.progress.lost}</p>}
    </div>
  );
}

function StepLine({ step }: { readonly step: StepProgress }) {
  const { id, title, outcome, done, total, unit } = step;
  const text = words.progress.step(id, title);
  const isBad = outcome === "failed" || outcome === "cancelled";
  return (
    <li class={outcome === null ? "step-now" : isBad ? "step-bad" : "step-done"}>
      <Icon name={outcome === null ? "arrow" : isBad ? "cross" : "check"} />
      <span>{text}</span>
      <span class="step-share">
        {outcome === null ? done > 0 && words.progress.done(done, total, unit) : outcome !== "done" && words.progress.outcomes[outcome]}
      </span>
      {outcome === null && total !== null && <ProgressBar label={text} done={done} total={total} />}
    </li>
  );
}

/** What is being done now, in one line with a bar. */
export function ProgressLine({ progress, waiting }: { readonly progress: Progress; readonly waiting: string }) {
  const current = currentStep(progress);
  const text = current ? words.progress.step(current.id, current.title) : waiting;
  return (
    <div class="progress-line">
      <p role="status">{text}</p>
      <p class="step-share" aria-hidden="true">
        {current && current.done > 0 && words.progress.done(current.done, current.total, current.unit)}
      </p>
      <ProgressBar label={text} done={current?.done ?? 0} total={current?.total ?? null} />
    </div>
  );
}
