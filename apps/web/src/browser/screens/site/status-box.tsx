import { CopyButton } from "../../parts/copy-line.tsx";
import { Icon } from "../../parts/icon.tsx";
import { ProblemBox } from "../../parts/problem.tsx";
import { words } from "../../words/en.ts";
import { formatMoment } from "../../words/format.ts";
import { tablesOf } from "../live/addresses.ts";
import { withPlainWords } from "../publish/place-words.ts";
import { answers } from "../sites/site-state.ts";
import type { SiteBox } from "./index.tsx";
import { knownReleases } from "./releases.ts";
import type { Asked } from "./use-status.ts";

const says = words.site;

/** Where a site is, what is in it, and how its host says that it is. */
export function StatusBox({ view, place, asked, isFile, isPublic }: SiteBox & { readonly asked: Asked; readonly isPublic: boolean }) {
  const { removedMs, versions } = view.site;
  // After a going back it is an earlier one.
  const current = knownReleases(asked.answer?.status?.releases ?? [], versions).find((release) => release.current);
  const version = current?.version ?? versions[0];
  const tables = version === undefined ? [] : tablesOf(version.result);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const url = removedMs === null ? versions[0]?.url : null;
  return (
    <section class="card" aria-label={says.status.heading}>
      {url && (
        <>
          <p class="big-address">
            <a href={url} target="_blank" rel="noreferrer">
              {url}
              <span class="hidden"> {words.app.newTab}</span>
            </a>
          </p>
          <p class="buttons">
            <a href={url} target="_blank" rel="noreferrer" class="button">
              {says.open}
              <span class="hidden"> {words.app.newTab}</span>
            </a>
            <CopyButton text={url} label={says.copy} />
          </p>
        </>
      )}
      {removedMs !== null ? (
        <p>{says.status.removed(formatMoment(removedMs))}</p>
      ) : isFile ? (
        <p>{says.status.file}</p>
      ) : (
        <Answer asked={asked} place={place} />
      )}
      {version && <p class="hint">{says.content(tables.length, rows, formatMoment(version.publishedMs), place)}</p>}
      {url && <p class="hint">{isPublic ? says.readers : says.here}</p>}
    </section>
  );
}

/** What the host says; its place on the screen is there before it does. */
function Answer({ asked, place }: { readonly asked: Asked; readonly place: string }) {
  const { answer, isAsking, problem } = asked;
  const failure = answer?.error?.code === "NOT_PUBLISHED" ? null : (problem ?? answer?.error ?? null);
  if (failure !== null && !isAsking)
    return <ProblemBox problem={withPlainWords(failure, place)} title={says.status.error(place)} mending={{ retry: asked.ask }} />;
  const isWell = answer !== null && answers(answer);
  return (
    <p class={`site-state ${answer === null ? "" : isWell ? "site-live" : "site-silent"}`} role="status">
      <Icon name={answer === null ? "info" : isWell ? "check" : "warning"} />{" "}
      {answer === null || isAsking ? says.status.asking(place) : textOf(answer, place)}{" "}
      {!isAsking && (
        <button type="button" class="text-button" onClick={asked.ask}>
          {says.status.again}
        </button>
      )}
    </p>
  );
}

function textOf({ status, error }: NonNullable<Asked["answer"]>, place: string): string {
  if (status !== null) return says.status[status.state];
  return error === null ? says.status.unknown : says.status.gone(place);
}
