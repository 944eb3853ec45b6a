import type { Job } from "@datasette-publish/workbench/protocol";
import { useState } from "preact/hooks";
import type { SiteView } from "../../../routes.ts";
import { call, problemOf, type Problem } from "../../api.ts";
import type { OpenDraft } from "../../draft/use-draft.ts";
import { Link } from "../../parts/link.tsx";
import { Notice } from "../../parts/notice.tsx";
import { ProblemBox } from "../../parts/problem.tsx";
import { ProgressList } from "../../parts/progress.tsx";
import type { Progress } from "../../progress.ts";
import { go, sitePath, stepPath } from "../../router.ts";
import { words } from "../../words/en.ts";
import { formatDay } from "../../words/format.ts";
import { withPlainWords } from "../publish/place-words.ts";
import { plainSteps } from "./step-words.ts";

const says = words.live;

interface EndedProps {
  readonly draft: OpenDraft;
  readonly job: Job;
  /** What its events said. */
  readonly past: Progress;
  readonly place: string;
  readonly site: SiteView | null;
}

/** A publish that did not come to its end: what state the site is in, and what to do. */
export function Ended({ draft, job, past, place, site }: EndedProps) {
  const [refusal, setRefusal] = useState<Problem | null>(null);
  const before = site?.site.removedMs === null ? site.site.versions[0] : undefined;
  const again = async (): Promise<void> => {
    const { report } = draft.view;
    if (report === null) return go(stepPath(draft.id, "publish"));
    try {
      const next = await call("POST /api/drafts/:draft/publish", { params: { draft: draft.id }, body: { digest: report.digest } });
      draft.follow(next).catch(() => {});
      await draft.reload();
    } catch (error) {
      setRefusal(problemOf(error));
    }
  };
  const toPublish = (): void => go(stepPath(draft.id, "publish"));
  const mending = { retry: () => void again(), logIn: toPublish, setOption: () => ({ label: says.failed.back, run: toPublish }) };
  return (
    <>
      {job.state === "failed" && job.error && (
        <ProblemBox problem={withPlainWords(job.error, place)} title={says.failed.title(place)} mending={mending} />
      )}
      {job.state === "interrupted" && (
        <Notice kind="warning" title={says.interrupted.what}>
          <p>{says.interrupted.next}</p>
        </Notice>
      )}
      {job.state !== "interrupted" && <HowItIs past={past} before={before?.publishedMs ?? null} />}
      {refusal && <ProblemBox problem={refusal} />}
      <p class="buttons">
        {job.state === "interrupted" && job.site !== null && (
          <Link to={sitePath(job.site)} class="button main">
            {says.interrupted.look}
          </Link>
        )}
        {job.state !== "failed" && (
          <button type="button" class="button" onClick={() => void again()}>
            {says.interrupted.again}
          </button>
        )}
        <Link to={stepPath(draft.id, "publish")} class="button">
          {says.toPublish}
        </Link>
      </p>
      <WhatHappened job={job} past={past} place={place} />
    </>
  );
}

/** What state the site is in. `before` is when its last version was published; null: there is none. */
function HowItIs({ past, before }: { readonly past: Progress; readonly before: number | null }) {
  const left = past.warnings.filter(({ code }) => code === "LEFT_AT_HOST");
  return (
    <div class="how-it-is">
      {before !== null && <p>{says.stopped.before(formatDay(before))}</p>}
      {before === null && left.length === 0 && <p>{says.stopped.nothing}</p>}
      {left.map(({ message }) => (
        <Notice key={message} kind="warning" title={says.stopped.rest}>
          <p>{message}</p>
        </Notice>
      ))}
      <p>{says.stopped.next}</p>
    </div>
  );
}

function WhatHappened({ job, past, place }: { readonly job: Job; readonly past: Progress; readonly place: string }) {
  return (
    <details>
      <summary>{says.failed.what}</summary>
      <ProgressList progress={{ ...past, retrying: null, steps: plainSteps(past.steps, place) }} />
      {job.error && (
        <pre tabIndex={0}>
          {job.error.code}: {job.error.message}
        </pre>
      )}
      {past.output.length > 0 && <pre tabIndex={0}>{past.output.join("\n")}</pre>}
    </details>
  );
}
