import { useEffect, useState } from "preact/hooks";
import type { SiteView } from "../../../routes.ts";
import { call, problemOf, type Problem } from "../../api.ts";
import type { Pick as PickOf } from "../../files/picked.ts";
import { addFiles, useUploads } from "../../files/uploads.ts";
import { DropZone } from "../../parts/drop-zone.tsx";
import { Link } from "../../parts/link.tsx";
import { Notice } from "../../parts/notice.tsx";
import { ProblemBox } from "../../parts/problem.tsx";
import { ProgressBar } from "../../parts/progress.tsx";
import { go, stepPath } from "../../router.ts";
import { words } from "../../words/en.ts";

const says = words.site.update;

/** New files for a site, or other texts: both begin a draft of it, which nobody else sees. */
export function UpdateBox({ view }: { readonly view: SiteView }) {
  const { site, draft } = view;
  const [problem, setProblem] = useState<Problem | null>(null);
  const [sending, setSending] = useState<string | null>(null);
  const begin = async (): Promise<string | null> => {
    try {
      return draft ?? (await call("POST /api/drafts", { body: { site: site.id } })).id;
    } catch (error) {
      setProblem(problemOf(error));
      return null;
    }
  };
  const onFiles = async ({ picked }: PickOf): Promise<void> => {
    const id = picked.length === 0 ? null : await begin();
    if (id === null) return;
    addFiles(id, picked);
    setSending(id);
  };
  const changeTexts = async (): Promise<void> => {
    const known = await draftWithFiles(view).catch(() => null);
    const id = known ?? (await begin());
    if (id !== null) go(stepPath(id, known === null ? "files" : "about"));
  };
  const sources = sourcesOf(view);
  return (
    <section aria-labelledby="update-heading">
      <h2 id="update-heading">{says.heading}</h2>
      {draft !== null && sending === null && (
        <Notice>
          <p>{says.pending}</p>
          <p>
            <Link to={stepPath(draft, "files")}>{says.resume}</Link>
          </p>
        </Notice>
      )}
      {problem && <ProblemBox problem={problem} />}
      {sending === null ? (
        <DropZone onFiles={(pick) => void onFiles(pick)} title={says.drop} hint={says.hint(sources)} />
      ) : (
        <Sending draft={sending} />
      )}
      <p class="buttons">
        <button type="button" class="button" onClick={() => void changeTexts()}>
          {says.about}
        </button>
      </p>
    </section>
  );
}

/** The update that is begun, or what the site was published from: it has its files still. Null: all of them have to be given again. */
async function draftWithFiles({ draft, jobs }: SiteView): Promise<string | null> {
  const published = jobs.find(({ kind }) => kind === "publish")?.draft ?? null;
  if (draft === null) return published;
  const begun = await call("GET /api/drafts/:draft", { params: { draft } });
  return begun.draft.state === "empty" ? published : draft;
}

/** The files that the site is made of now, by name. */
function sourcesOf({ site: { versions } }: SiteView): readonly string[] {
  const tables = versions[0]?.result.databases.flatMap((database) => database.tables) ?? [];
  return [...new Set(tables.flatMap(({ source }) => (source === null ? [] : [source])))];
}

/** Files on their way; once all are there, what they change is shown. One that is refused is told where files are listed. */
function Sending({ draft }: { readonly draft: string }) {
  const uploads = useUploads(draft);
  const isRefused = uploads.some(({ state }) => state === "refused");
  const isSent = uploads.length > 0 && uploads.every(({ state }) => state === "sent");
  useEffect(() => {
    if (isRefused) go(stepPath(draft, "files"));
    else if (isSent) go(stepPath(draft, "check"));
  }, [isRefused, isSent, draft]);
  const sum = (of: "sentBytes" | "sizeBytes"): number => uploads.reduce((total, upload) => total + upload[of], 0);
  return (
    <div class="card" role="status">
      <p>{says.sending(uploads.length)}</p>
      <ProgressBar label={says.sending(uploads.length)} done={sum("sentBytes")} total={sum("sizeBytes")} />
    </div>
  );
}
