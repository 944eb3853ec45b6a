import type { About, Choices } from "@datasette-publish/workbench/protocol";
import { useEffect, useRef, useState } from "preact/hooks";
import { call } from "../../api.ts";
import type { OpenDraft } from "../../draft/use-draft.ts";
import { usePreparedToo } from "../../draft/use-auto-job.ts";
import { useKept } from "../../draft/use-kept.ts";
import { ErrorSummary } from "../../parts/error-summary.tsx";
import { Link } from "../../parts/link.tsx";
import { ProblemBox } from "../../parts/problem.tsx";
import { Shell } from "../../parts/shell.tsx";
import { go, stepPath } from "../../router.ts";
import { words } from "../../words/en.ts";
import { aboutErrors } from "./about-errors.ts";
import { LicenceField } from "./licence-field.tsx";
import { PreviewPanel } from "./preview-panel.tsx";
import { TableTexts } from "./table-texts.tsx";
import { AboutFields } from "./about-fields.tsx";

const says = words.about;

/** Asks what the site is, beside the site itself as visitors will see it. */
export function AboutScreen({ draft }: { readonly draft: OpenDraft }) {
  const { view, id } = draft;
  const about = useKept<About>(view.draft.about, async (body) => {
    await call("PUT /api/drafts/:draft/about", { params: { draft: id }, body });
    await draft.reload();
  });
  const choices = useKept<Choices>(view.draft.choices, async (body) => {
    await call("PUT /api/drafts/:draft/choices", { params: { draft: id }, body });
    await draft.reload();
  });
  const [isChecked, setChecked] = useState(false);
  // While it is prepared anew there is no report: the fields stay, as does the focus in them.
  const tables = useRef(view.report?.tables ?? []);
  tables.current = view.report?.tables ?? tables.current;
  const isKept = about.isKept && choices.isKept;
  const preparing = usePreparedToo(draft);
  const title = about.value.title ?? view.report?.title ?? view.siteTitle ?? "";
  const isUntitled = about.value.title === undefined && title !== "";
  useEffect(() => {
    // What the field shows is what the site says.
    if (isUntitled) about.change({ ...about.value, title });
  }, [isUntitled]);
  const errors = aboutErrors({ ...about.value, title });
  const onNext = async (): Promise<void> => {
    setChecked(true);
    if (errors.length === 0 && (await about.flush()) && (await choices.flush())) go(stepPath(id, "publish"));
  };
  const shown = isChecked ? errors : [];
  const problem = about.problem ?? choices.problem;
  return (
    <Shell
      heading={says.title}
      name={words.app.steps.about}
      step="about"
      view={view}
      site={title}
      actions={<Actions id={id} onNext={onNext} />}
    >
      <p class="lead">{says.intro}</p>
      <ErrorSummary errors={shown} />
      {problem && <ProblemBox problem={problem} title={says.notSaved} />}
      <div class="about-columns">
        <form class="about-form" onSubmit={(event) => event.preventDefault()} noValidate>
          <AboutFields about={{ ...about.value, title }} errors={shown} onChange={about.change} />
          <LicenceField about={about.value} errors={shown} onChange={about.change} />
          <TableTexts tables={tables.current} choices={choices.value} onChange={choices.change} />
        </form>
        <PreviewPanel draft={draft} isKept={isKept} preparing={preparing} />
      </div>
    </Shell>
  );
}

function Actions({ id, onNext }: { readonly id: string; readonly onNext: () => Promise<void> }) {
  return (
    <>
      <Link to={stepPath(id, "check")} class="button">
        {words.app.back}
      </Link>
      <button type="button" class="button main" onClick={() => void onNext()}>
        {words.app.continue}
      </button>
    </>
  );
}
