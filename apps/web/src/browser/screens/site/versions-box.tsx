import type { Job, Version } from "@datasette-publish/workbench/protocol";
import { useState } from "preact/hooks";
import { call, problemOf, type Problem } from "../../api.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { ProblemBox } from "../../parts/problem.tsx";
import { words } from "../../words/en.ts";
import { formatMoment } from "../../words/format.ts";
import { tablesOf } from "../live/addresses.ts";
import type { SiteBox } from "./index.tsx";
import { knownReleases, type KnownRelease } from "./releases.ts";
import type { Asked } from "./use-status.ts";

const says = words.site.versions;

interface VersionsBoxProps extends SiteBox {
  readonly asked: Asked;
  readonly isBusy: boolean;
  readonly follow: (job: Job) => Promise<Job>;
}

/** What was published, newest first, and going back to what the host still has. */
export function VersionsBox({ view, place, verbs, asked, isBusy, follow }: VersionsBoxProps) {
  const [chosen, setChosen] = useState<KnownRelease | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const { versions, id } = view.site;
  const releases = knownReleases(asked.answer?.status?.releases ?? [], versions);
  const canGoBack = verbs.includes("rollback");
  const goBack = async (release: string): Promise<void> => {
    setChosen(null);
    setProblem(null);
    try {
      await follow(await call("POST /api/sites/:site/rollback", { params: { site: id }, body: { release } }));
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <section aria-labelledby="versions-heading">
      <h2 id="versions-heading">{says.heading}</h2>
      {problem && <ProblemBox problem={problem} />}
      <ul class="versions">
        {releases.length > 0
          ? releases.map((release) => (
              <li key={release.id}>
                <ReleaseText release={release} />
                {canGoBack && !release.current && <GoBack release={release} isBusy={isBusy} onChoose={() => setChosen(release)} />}
              </li>
            ))
          : versions.map((version) => (
              <li key={version.id}>
                <p>
                  <strong>{formatMoment(version.publishedMs)}</strong> <span class="muted">{contentOf(version)}</span>
                </p>
              </li>
            ))}
      </ul>
      {asked.isAsking && releases.length === 0 && <p class="hint">{says.asking}</p>}
      {!canGoBack && verbs.length > 0 && <p class="hint">{says.cannot(place)}</p>}
      {chosen && (
        <Dialog
          title={says.dialog.title(nameOf(chosen))}
          onClose={() => setChosen(null)}
          actions={
            <>
              <button type="button" class="button" onClick={() => setChosen(null)}>
                {says.dialog.no}
              </button>
              <button type="button" class="button main" onClick={() => void goBack(chosen.id)}>
                {says.dialog.yes}
              </button>
            </>
          }
        >
          <p>{says.dialog.what}</p>
        </Dialog>
      )}
    </section>
  );
}

function ReleaseText({ release }: { readonly release: KnownRelease }) {
  const { version, current, description } = release;
  return (
    <p>
      <strong>{nameOf(release)}</strong> {current && <span class="badge">{says.live}</span>}{" "}
      <span class="muted">{version ? contentOf(version) : description}</span>
    </p>
  );
}

interface GoBackProps {
  readonly release: KnownRelease;
  readonly isBusy: boolean;
  readonly onChoose: () => void;
}

function GoBack({ release, isBusy, onChoose }: GoBackProps) {
  if (release.restorable === false) return <p class="hint">{says.notBack}</p>;
  return (
    <button type="button" class="button small" disabled={isBusy} onClick={onChoose}>
      {says.back}
      <span class="hidden">: {nameOf(release)}</span>
    </button>
  );
}

/** A release by when it was made; by its id where nobody knows. */
function nameOf({ atMs, id }: KnownRelease): string {
  return atMs === null ? says.undated(id) : formatMoment(atMs);
}

function contentOf({ result }: Version): string {
  const tables = tablesOf(result);
  return says.content(
    tables.length,
    tables.reduce((sum, { rows }) => sum + rows, 0),
  );
}
