import type { Job } from "@datasette-publish/workbench/protocol";
import type { SiteView } from "../../../routes.ts";
import type { RunningJob } from "../../draft/use-job.ts";
import { Link } from "../../parts/link.tsx";
import { Notice } from "../../parts/notice.tsx";
import { ProblemBox } from "../../parts/problem.tsx";
import { ProgressLine } from "../../parts/progress.tsx";
import { stepPath } from "../../router.ts";
import { words } from "../../words/en.ts";
import { lastChange } from "../sites/site-state.ts";

const says = words.site.jobs;

interface JobBoxProps {
  readonly view: SiteView;
  readonly isPublic: boolean;
  readonly running: RunningJob | null;
  readonly onStop: () => Promise<void>;
  /** Asks the host how the site is. */
  readonly onAsk: () => void;
}

/** What is being done to a site, or how the last change of it ended. */
export function JobBox({ view, isPublic, running, onStop, onAsk }: JobBoxProps) {
  if (running !== null) return <Running running={running} onStop={onStop} />;
  const last = lastChange(view.jobs);
  if (last === undefined) return null;
  return last.kind === "publish" ? <LastPublish job={last} /> : <LastChange job={last} isPublic={isPublic} onAsk={onAsk} />;
}

function Running({ running: { job, progress, isStopping }, onStop }: Pick<JobBoxProps, "onStop"> & { readonly running: RunningJob }) {
  const text = job.kind === "remove" ? says.remove : says.rollback;
  return (
    <section class="card" aria-label={text}>
      <h2>{text}</h2>
      <ProgressLine progress={progress} waiting={text} />
      <p class="buttons">
        <button type="button" class="button small" aria-disabled={isStopping} onClick={() => void (isStopping || onStop())}>
          {isStopping ? words.app.stopping : words.app.stop}
        </button>
      </p>
    </section>
  );
}

/** A publish has a screen of its own; here it is told unless it went well. */
function LastPublish({ job: { state, draft } }: { readonly job: Job }) {
  const text = { running: says.publishing, interrupted: says.publishInterrupted, failed: says.publishFailed, done: null, cancelled: null }[
    state
  ];
  if (text === null) return null;
  return (
    <Notice kind={state === "running" ? "plain" : "warning"} title={text}>
      {draft !== null && (
        <p>
          <Link to={stepPath(draft, "live")}>{says.lookAt}</Link>
        </p>
      )}
    </Notice>
  );
}

function LastChange({ job: { kind, state, error }, isPublic, onAsk }: Pick<JobBoxProps, "isPublic" | "onAsk"> & { readonly job: Job }) {
  const isRemoval = kind === "remove";
  if (state === "done")
    return (
      <div role="status">
        <Notice kind="good" title={isRemoval ? (isPublic ? says.removeDone : says.removeDoneHere) : says.rollbackDone} />
      </div>
    );
  const title = isRemoval ? says.removeFailed : says.rollbackFailed;
  if (state === "failed" && error) return <ProblemBox problem={error} title={title} />;
  if (state !== "interrupted") return null;
  return (
    <Notice kind="warning" title={isRemoval ? says.removeInterrupted : says.rollbackInterrupted}>
      <p>{says.interrupted}</p>
      <p>
        <button type="button" class="text-button" onClick={onAsk}>
          {words.site.status.again}
        </button>
      </p>
    </Notice>
  );
}
