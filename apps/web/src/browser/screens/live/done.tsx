import type { Job, PublishResult } from "@datasette-publish/workbench/protocol";
import type { SiteView } from "../../../routes.ts";
import type { OpenDraft } from "../../draft/use-draft.ts";
import { CopyButton } from "../../parts/copy-line.tsx";
import { Link } from "../../parts/link.tsx";
import { Notice } from "../../parts/notice.tsx";
import type { Progress } from "../../progress.ts";
import { sitePath, stepPath } from "../../router.ts";
import { words } from "../../words/en.ts";
import { tablesOf } from "./addresses.ts";
import { FileDone } from "./file-done.tsx";
import { UseData } from "./use-data.tsx";

const says = words.live.done;

interface DoneProps {
  readonly draft: OpenDraft;
  readonly job: Job;
  /** What its events said. */
  readonly past: Progress;
  readonly result: PublishResult;
  readonly isPublic: boolean;
  readonly title: string;
  readonly site: SiteView | null;
}

/** A site that is live, or a file that is made: where it is, and what can be done with it. */
export function Done({ draft, job, past, result, isPublic, title, site }: DoneProps) {
  const url = result.deployment?.url ?? null;
  const { state } = draft.view.draft;
  return (
    <>
      {url === null ? (
        <FileDone result={result} version={site?.site.versions[0]?.id ?? job.id} />
      ) : (
        <Address url={url} result={result} isPublic={isPublic} />
      )}
      {state !== "live" && state !== "publishing" && (
        <Notice kind="warning">
          <p>{says.changed}</p>
          <p>
            <Link to={stepPath(draft.id, "check")}>{says.toChanges}</Link>
          </p>
        </Notice>
      )}
      {past.warnings.length > 0 && (
        <Notice title={says.warnings}>
          <ul>
            {past.warnings.map(({ code, message }) => (
              <li key={`${code} ${message}`}>{message}</li>
            ))}
          </ul>
        </Notice>
      )}
      {url !== null && <p>{says.always}</p>}
      {job.site !== null && (
        <p>
          <Link to={sitePath(job.site)} class="button">
            {says.toSite}
          </Link>
        </p>
      )}
      {url !== null && <UseData url={url} result={result} title={title} />}
    </>
  );
}

interface AddressProps {
  readonly url: string;
  readonly result: PublishResult;
  readonly isPublic: boolean;
}

function Address({ url, result, isPublic }: AddressProps) {
  const tables = tablesOf(result);
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return (
    <section class="card live-address" aria-labelledby="address-heading">
      <h2 id="address-heading">{says.at}</h2>
      <p class="big-address">
        <a href={url} target="_blank" rel="noreferrer">
          {url}
        </a>
      </p>
      <p class="buttons">
        <a href={url} target="_blank" rel="noreferrer" class="button main">
          {says.open} <span class="hidden">{words.app.newTab}</span>
        </a>
        <CopyButton text={url} label={says.copy} />
      </p>
      <p>
        {says.checked(tables.length, rows)} <strong>{isPublic ? says.readers : says.here}</strong>
      </p>
    </section>
  );
}
