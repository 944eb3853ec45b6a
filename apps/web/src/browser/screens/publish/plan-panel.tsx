import type { PlaceCard, Plan, PreparedReport } from "@datasette-publish/workbench/protocol";
import type { OpenDraft } from "../../draft/use-draft.ts";
import { Icon } from "../../parts/icon.tsx";
import { Notice } from "../../parts/notice.tsx";
import { ProblemBox } from "../../parts/problem.tsx";
import { ProgressLine } from "../../parts/progress.tsx";
import type { Mending } from "../../parts/remedies.tsx";
import { words } from "../../words/en.ts";
import { isHere, placeName, tellAudience, withPlainWords } from "./place-words.ts";
import { newName, tellPlan } from "./plan-words.ts";
import type { PlanState } from "./use-plan.ts";

const says = words.publish.plan;

interface PlanPanelProps {
  readonly draft: OpenDraft;
  readonly card: PlaceCard | null;
  /** Why it cannot be asked yet; null: it can. */
  readonly hindrance: string | null;
  readonly state: PlanState;
  readonly mending: Mending;
}

/** What will happen, before it does. */
export function PlanPanel({ draft, card, hindrance, state, mending }: PlanPanelProps) {
  const { report } = draft.view;
  return (
    <section class="card plan" aria-labelledby="plan-heading">
      <h2 id="plan-heading">{says.heading}</h2>
      {hindrance !== null || card === null ? (
        <p class="hint">{hindrance ?? says.choosePlace}</p>
      ) : state.problem ? (
        <ProblemBox
          problem={withPlainWords(state.problem, placeName(card.id, [card]))}
          title={says.failed}
          mending={{ retry: state.retry, ...mending }}
        />
      ) : state.plan && report ? (
        <PlanList card={card} plan={state.plan} report={report} />
      ) : (
        <Asking draft={draft} />
      )}
    </section>
  );
}

function Asking({ draft: { running } }: { readonly draft: OpenDraft }) {
  const text = running?.job.kind === "preview" ? says.waiting : running?.job.kind === "prepare" ? says.preparing : says.asking;
  return running && running.job.kind !== "plan" ? (
    <>
      <p>{text}</p>
      <ProgressLine progress={running.progress} waiting={words.app.loading} />
    </>
  ) : (
    <p role="status">{text}</p>
  );
}

interface PlanListProps {
  readonly card: PlaceCard;
  readonly plan: Plan;
  readonly report: PreparedReport;
}

function PlanList({ card, plan, report }: PlanListProps) {
  const sentences = tellPlan(plan.actions, { place: placeName(card.id, [card]), isHere: isHere(card), data: dataOf(report) });
  const name = newName(plan.actions);
  const decided = report.findings.filter(({ decision }) => decision?.decision === "public").length;
  return (
    <>
      {name !== null && (
        <p class="plan-free">
          <Icon name="check" /> {says.free(name)}
        </p>
      )}
      <div role="status">
        <ul>
          {sentences.length === 0 && <li>{says.nothing}</li>}
          {sentences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
          {decided > 0 && <li>{says.decisions(decided)}</li>}
          <li>
            <strong>{tellAudience(card)}</strong>
          </li>
        </ul>
      </div>
      {plan.warnings.map(({ code, message }) => (
        <Notice key={`${code} ${message}`} kind="warning">
          <p>{message}</p>
        </Notice>
      ))}
      {card.isPublic && <p>{says.always}</p>}
      <details>
        <summary>{says.technical}</summary>
        <ul class="technical">
          {plan.actions.map(({ verb, target }) => (
            <li key={`${verb} ${target}`}>{`${verb} ${target}`}</li>
          ))}
        </ul>
      </details>
    </>
  );
}

function dataOf({ tables, databases }: PreparedReport): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const sizeBytes = databases.reduce((sum, database) => sum + database.sizeBytes, 0);
  return says.data(tables.length, rows, sizeBytes);
}
