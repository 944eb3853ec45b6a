import { useCallback, useEffect, useState } from "preact/hooks";
import { problemOf, type Problem } from "../../api.ts";
import { useChoices } from "../../choices/use-choices.ts";
import type { OpenDraft } from "../../draft/use-draft.ts";
import { usePrepared, type Preparing } from "../../draft/use-prepared.ts";
import { blockedBy, fileRows, isFaulty, type Blocked, type FileRow } from "../../files/file-rows.ts";
import type { Pick } from "../../files/picked.ts";
import { addFiles, forgetSent, missedFiles, useUploads } from "../../files/uploads.ts";
import { DropZone } from "../../parts/drop-zone.tsx";
import { Icon } from "../../parts/icon.tsx";
import { ProblemBox } from "../../parts/problem.tsx";
import { ProgressLine } from "../../parts/progress.tsx";
import { Shell } from "../../parts/shell.tsx";
import { go, stepPath } from "../../router.ts";
import { words } from "../../words/en.ts";
import { FileItem } from "./file-item.tsx";
import { useFileActions } from "./use-file-actions.ts";

/** Asks for files, and says of each what it was found to be. */
export function FilesScreen({ draft }: { readonly draft: OpenDraft }) {
  const { id, view, reload } = draft;
  const [problem, setProblem] = useState<Problem | null>(null);
  const [hidden, setHidden] = useState<Pick | null>(null);
  const uploads = useUploads(id);
  const preparing = usePrepared(draft);
  const kept = useChoices(draft);
  const fail = useCallback((error: unknown) => setProblem(problemOf(error)), []);
  const actions = useFileActions(id, kept, reload, fail);
  const sent = uploads.filter(({ state }) => state === "sent").length;
  useEffect(() => {
    if (sent > 0) void reload().then(() => forgetSent(id));
  }, [sent, id, reload]);

  const rows = fileRows({ ...view.draft, choices: kept.choices }, draft.report, uploads, missedFiles(id));
  const isFolder = view.draft.folder !== null;
  const blocked = blockedBy(rows, view.draft.prepared !== null && !preparing.isPreparing, isFolder);
  const onFiles = (pick: Pick): void => {
    setHidden(pick);
    addFiles(id, pick.picked);
  };
  const isUpdate = view.siteTitle !== null;
  return (
    <Shell
      heading={isUpdate ? words.files.updateTitle : words.files.title}
      name={words.app.steps.files}
      step="files"
      view={view}
      site={view.draft.about.title ?? view.siteTitle}
      actions={<Continue id={id} blocked={blocked} />}
    >
      <p class="lead">{isUpdate ? words.files.updateLead : words.files.lead}</p>
      {isFolder ? (
        <FolderBox folder={view.draft.folder ?? ""} />
      ) : (
        <DropZone onFiles={onFiles} {...(rows.length > 0 && { title: words.files.drop.more })} />
      )}
      {hidden !== null && hidden.hidden > 0 && <p class="hint">{words.files.hidden(hidden.hidden)}</p>}
      {hidden !== null && hidden.picked.length + hidden.hidden === 0 && <p class="hint">{words.files.none}</p>}
      {problem !== null && <ProblemBox problem={problem} />}
      {kept.problem !== null && <ProblemBox problem={kept.problem} />}
      <PrepareStatus draft={draft} preparing={preparing} rows={rows} blocked={blocked} />
      {rows.length > 0 && (
        <>
          <h2 class="hidden">{words.files.list}</h2>
          <ul class="files">
            {rows.map((row) => (
              <FileItem key={row.name} row={row} actions={actions} isLooking={preparing.isPreparing} />
            ))}
          </ul>
        </>
      )}
      <p class="promise">
        <Icon name="lock" /> {words.files.promise}
      </p>
    </Shell>
  );
}

function FolderBox({ folder }: { readonly folder: string }) {
  return (
    <div class="card folder">
      <Icon name="folder" />
      <div>
        <p>{words.files.folder}</p>
        <p>
          <code>{folder}</code>
        </p>
        <p class="hint">{words.files.folderHint}</p>
      </div>
    </div>
  );
}

interface PrepareStatusProps {
  readonly draft: OpenDraft;
  readonly preparing: Preparing;
  readonly rows: readonly FileRow[];
  readonly blocked: Blocked | null;
}

/** How far looking into the files is. It always has its place, so that nothing below moves. */
function PrepareStatus({ draft: { view, running, stop }, preparing, rows, blocked }: PrepareStatusProps) {
  const { isPreparing, problem, prepare } = preparing;
  if (running?.job.kind === "prepare")
    return (
      <div class="prepare-status">
        <ProgressLine progress={running.progress} waiting={words.files.looking} />
        <button type="button" class="button small" disabled={running.isStopping} onClick={() => void stop()}>
          {running.isStopping ? words.app.stopping : words.app.stop}
        </button>
      </div>
    );
  const isOfFiles = rows.some(({ status }) => status.kind === "error");
  if (problem !== null && !isOfFiles) return <ProblemBox problem={problem} mending={{ retry: () => void prepare() }} />;
  const wasStopped = view.jobs.some(({ kind, state }) => kind === "prepare" && state === "cancelled");
  if (blocked === "looking" && wasStopped && !isPreparing)
    return (
      <div class="prepare-status">
        <p role="status">{words.files.stopped}</p>
        <button type="button" class="button small" onClick={() => void prepare()}>
          {words.files.lookAgain}
        </button>
      </div>
    );
  return (
    <div class="prepare-status">
      <p role="status">{statusText(rows, blocked)}</p>
    </div>
  );
}

function statusText(rows: readonly FileRow[], blocked: Blocked | null): string {
  if (rows.length === 0) return "";
  if (blocked === "faulty") return words.files.faulty(rows.filter(isFaulty).length);
  return blocked === null ? words.files.ready : words.files.blocked[blocked];
}

/** Goes on, or says why not yet. */
function Continue({ id, blocked }: { readonly id: string; readonly blocked: Blocked | null }) {
  const [isAsked, setAsked] = useState(false);
  const onClick = (): void => {
    if (blocked === null) go(stepPath(id, "check"));
    else setAsked(true);
  };
  return (
    <>
      <p id="blocked" role="alert" class="hint">
        {isAsked && blocked !== null && words.files.blocked[blocked]}
      </p>
      <button type="button" class="button main" aria-disabled={blocked !== null} aria-describedby="blocked" onClick={onClick}>
        {words.app.continue}
      </button>
    </>
  );
}
