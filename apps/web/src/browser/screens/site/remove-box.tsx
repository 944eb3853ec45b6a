import type { Job } from "@datasette-publish/workbench/protocol";
import { useState } from "preact/hooks";
import { call, problemOf, type Problem } from "../../api.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { DownloadButton } from "../../parts/download-button.tsx";
import { Field } from "../../parts/field.tsx";
import { ProblemBox } from "../../parts/problem.tsx";
import { go } from "../../router.ts";
import { words } from "../../words/en.ts";
import type { SiteBox } from "./index.tsx";

const says = words.site.remove;

interface RemoveBoxProps extends SiteBox {
  readonly isPublic: boolean;
  readonly isBusy: boolean;
  readonly follow: (job: Job) => Promise<Job>;
}

/** Takes a site off the web, or only off the list here. */
export function RemoveBox({ view, place, verbs, isFile, isPublic, isBusy, follow }: RemoveBoxProps) {
  const { site } = view;
  const [open, setOpen] = useState<"remove" | "forget" | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    setOpen(null);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const remove = (title: string): Promise<void> =>
    attempt(async () => follow(await call("POST /api/sites/:site/remove", { params: { site: site.id }, body: { title } })));
  const forget = (): Promise<void> =>
    attempt(async () => {
      await call("DELETE /api/sites/:site", { params: { site: site.id } });
      go("/");
    });
  const isThere = site.removedMs === null && !isFile;
  const [heading, button, what] = isPublic ? [says.heading, says.button, says.what] : [says.headingHere, says.buttonHere, says.whatHere];
  const canRemove = verbs.includes("unpublish");
  return (
    <section aria-labelledby="remove-heading">
      <h2 id="remove-heading">{isThere ? heading : says.forget}</h2>
      {problem && <ProblemBox problem={problem} />}
      {isThere && verbs.length > 0 && <p>{canRemove ? what(site.title, place) : says.cannot(place)}</p>}
      {isFile && <p>{says.file}</p>}
      <p class="buttons">
        {isThere && canRemove && (
          <button type="button" class="button danger" disabled={isBusy} onClick={() => setOpen("remove")}>
            {button}
          </button>
        )}
        <button type="button" class="button" disabled={isBusy} onClick={() => setOpen("forget")}>
          {says.forget}
        </button>
      </p>
      {open === "remove" && <RemoveDialog view={view} what={what(site.title, place)} onClose={() => setOpen(null)} onRemove={remove} />}
      {open === "forget" && (
        <Dialog
          title={says.forgetDialog.title(site.title)}
          onClose={() => setOpen(null)}
          actions={
            <>
              <button type="button" class="button" onClick={() => setOpen(null)}>
                {says.forgetDialog.no}
              </button>
              <button type="button" class="button danger" onClick={() => void forget()}>
                {says.forgetDialog.yes}
              </button>
            </>
          }
        >
          <p>{isThere ? says.forgetWhat(place) : says.forgetGone}</p>
        </Dialog>
      )}
    </section>
  );
}

interface RemoveDialogProps {
  readonly view: RemoveBoxProps["view"];
  /** What it comes to. */
  readonly what: string;
  readonly onClose: () => void;
  readonly onRemove: (title: string) => Promise<void>;
}

function RemoveDialog({ view: { site, isKept }, what, onClose, onRemove }: RemoveDialogProps) {
  const [title, setTitle] = useState("");
  const [isWrong, setWrong] = useState(false);
  const submit = (): void => {
    if (title.trim() === site.title.trim()) void onRemove(site.title);
    else setWrong(true);
  };
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    submit();
  };
  return (
    <Dialog
      title={says.dialog.title(site.title)}
      onClose={onClose}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            {says.dialog.no}
          </button>
          <button type="button" class="button danger" onClick={submit}>
            {says.dialog.yes}
          </button>
        </>
      }
    >
      <p>{what}</p>
      {isKept && (
        <p>
          {says.dialog.download} <DownloadButton of={{ site: site.id }} label={words.site.keep.download} />
        </p>
      )}
      <form onSubmit={onSubmit} noValidate>
        <Field label={says.dialog.type(site.title)} error={isWrong ? says.dialog.wrong(site.title) : null}>
          {(ids) => <input {...ids} autocomplete="off" value={title} onInput={({ currentTarget }) => setTitle(currentTarget.value)} />}
        </Field>
      </form>
    </Dialog>
  );
}
