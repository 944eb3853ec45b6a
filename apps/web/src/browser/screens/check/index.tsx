import type { PreparedReport } from "@datasette-publish/workbench/protocol";
import { useState } from "preact/hooks";
import { useChoices, type KeptChoices } from "../../choices/use-choices.ts";
import type { OpenDraft } from "../../draft/use-draft.ts";
import { usePrepared, type Preparing } from "../../draft/use-prepared.ts";
import { fileRows, isFaulty } from "../../files/file-rows.ts";
import { Link } from "../../parts/link.tsx";
import { Notice } from "../../parts/notice.tsx";
import { ProblemBox } from "../../parts/problem.tsx";
import { ProgressLine } from "../../parts/progress.tsx";
import { Shell } from "../../parts/shell.tsx";
import { stepPath } from "../../router.ts";
import { words } from "../../words/en.ts";
import { ChangeBox } from "./change-box.tsx";
import { CheckActions } from "./check-actions.tsx";
import { PrivateData } from "./private-data.tsx";
import { privateItems } from "./private-items.ts";
import { TableCard } from "./table-card.tsx";
import { useChange } from "./use-change.ts";
import { useDecisions, type Decisions } from "./use-decisions.ts";
import { shownGroups } from "./warning-groups.ts";
import { Warnings } from "./warnings.tsx";

/** Shows what the files became: what an update changes, what looks private, what is worth a look, and each table. */
export function CheckScreen({ draft }: { readonly draft: OpenDraft }) {
  const { view, report } = draft;
  const preparing = usePrepared(draft);
  const kept = useChoices(draft);
  const decided = useDecisions(draft);
  const { decisions, decide, problem } = decided;
  const change = useChange(draft);
  const items = report === null ? [] : privateItems(report, decisions);
  return (
    <Shell
      heading={words.check.title}
      name={words.app.steps.check}
      step="check"
      view={view}
      site={view.draft.about.title ?? view.siteTitle}
      actions={<CheckActions id={draft.id} items={items} isReady={view.report !== null} decide={decide} />}
    >
      <p class="lead">{words.check.lead}</p>
      <Status draft={draft} preparing={preparing} kept={kept} />
      {problem !== null && <ProblemBox problem={problem} />}
      {change !== null && <ChangeBox change={change} />}
      <PrivateData draft={draft.id} items={items} decide={(item, decision) => void decide([item], decision)} />
      {report !== null && <Report draft={draft} report={report} kept={kept} decided={decided} />}
    </Shell>
  );
}

/** Whether what is shown is what was chosen. It always has its place, so that nothing below moves. */
function Status({
  draft: { view, report, running },
  preparing,
  kept,
}: {
  readonly draft: OpenDraft;
  readonly preparing: Preparing;
  readonly kept: KeptChoices;
}) {
  const problem = kept.problem ?? preparing.problem;
  const faulty = fileRows(view.draft, report, []).filter(isFaulty).length;
  return (
    <>
      <div class="check-status">
        {running?.job.kind === "prepare" ? (
          <ProgressLine progress={running.progress} waiting={report === null ? words.check.waiting : words.check.updating} />
        ) : (
          <p role="status" class="muted">
            {preparing.isPreparing ? words.check.updating : view.report === null ? "" : words.check.upToDate}
          </p>
        )}
      </div>
      {problem !== null && !preparing.isPreparing && (
        <ProblemBox problem={problem} takesFocus mending={{ retry: () => void preparing.prepare() }}>
          {kept.undo !== null && (
            <p class="buttons">
              <button type="button" class="button small" onClick={kept.undo}>
                {words.check.undo}
              </button>
            </p>
          )}
        </ProblemBox>
      )}
      {faulty > 0 && (
        <Notice kind="warning" title={words.check.faulty(faulty)}>
          <Link to={stepPath(view.draft.id, "files")}>{words.check.toFiles}</Link>
        </Notice>
      )}
    </>
  );
}

/** Tables that are shown before somebody asks for more: a folder may have thousands. */
const shownAtOnce = 20;

function Report({
  draft: { id, view },
  report,
  kept: { choices, change },
  decided,
}: {
  readonly draft: OpenDraft;
  readonly report: PreparedReport;
  readonly kept: KeptChoices;
  readonly decided: Decisions;
}) {
  const [most, setMost] = useState(shownAtOnce);
  const { tables, digest, passedOver } = report;
  const names = tables.map(({ name }) => name);
  return (
    <div class={view.report === null ? "report report-old" : "report"} aria-busy={view.report === null}>
      <Warnings draft={id} groups={shownGroups(report)} change={change} />
      {passedOver.length > 0 && <Notice>{words.check.passedOver(passedOver)}</Notice>}
      <h2>{words.check.tables(tables.length)}</h2>
      {tables.length === 0 && <p>{words.check.noTables}</p>}
      {tables.slice(0, most).map((table) => (
        <TableCard
          key={`${table.database} ${table.name}`}
          draft={id}
          table={table}
          digest={digest}
          choices={choices}
          change={change}
          decided={decided}
          others={names.filter((name) => name !== table.name)}
        />
      ))}
      {most < tables.length && (
        <button type="button" class="button" onClick={() => setMost(most + shownAtOnce)}>
          {words.check.table.moreTables(Math.min(shownAtOnce, tables.length - most))}
        </button>
      )}
    </div>
  );
}
