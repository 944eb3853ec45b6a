import type { ComponentChildren } from "preact";
import type { FileRow } from "../../files/file-rows.ts";
import { Icon, type IconName } from "../../parts/icon.tsx";
import { ProblemBox } from "../../parts/problem.tsx";
import { ProgressBar } from "../../parts/progress.tsx";
import { words } from "../../words/en.ts";
import { FileErrorBox, type FileErrorActions } from "./file-error.tsx";

/** What can be done with a file. */
export interface FileActions extends FileErrorActions {
  /** Stops it on its way and removes what has come, or removes it. */
  readonly remove: (name: string) => void;
  readonly takeIn: (name: string) => void;
}

interface FileItemProps {
  readonly row: FileRow;
  readonly actions: FileActions;
  /** It is being looked at now. */
  readonly isLooking: boolean;
}

/** A file: what it is called, how large it is, how far it is, what it was found to be, and what to do about it. */
export function FileItem({ row, actions, isLooking }: FileItemProps) {
  const { name, sizeBytes, status } = row;
  const isComing = status.kind === "waiting" || status.kind === "sending" || status.kind === "lost";
  return (
    <li class={`file file-${status.kind}`}>
      <Icon name={iconOf(row)} />
      <div class="file-about">
        <p class="file-name">
          <bdi>{name}</bdi> {sizeBytes !== null && <span class="muted">{words.files.size(sizeBytes)}</span>}
        </p>
        <p class="file-status">{statusText(row, isLooking)}</p>
        {(status.kind === "sending" || status.kind === "lost") && <ProgressBar label={name} done={status.sentBytes} total={sizeBytes} />}
      </div>
      <div class="file-button">
        {status.kind === "left-out" ? (
          <FileButton label={words.files.takeInLabel(name)} onClick={() => actions.takeIn(name)}>
            {words.files.takeIn}
          </FileButton>
        ) : (
          sizeBytes !== null && (
            <FileButton
              label={isComing ? words.files.cancelLabel(name) : words.files.removeLabel(name)}
              onClick={() => actions.remove(name)}
            >
              {isComing ? words.files.cancel : words.files.remove}
            </FileButton>
          )
        )}
      </div>
      {status.kind === "error" && <FileErrorBox name={name} isWithin={sizeBytes === null} error={status.error} actions={actions} />}
      {status.kind === "refused" && <ProblemBox problem={status.problem} />}
    </li>
  );
}

interface FileButtonProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

function FileButton({ label, onClick, children }: FileButtonProps) {
  return (
    <button type="button" class="button small" aria-label={label} onClick={onClick}>
      {children}
    </button>
  );
}

function iconOf({ status: { kind } }: FileRow): IconName {
  if (kind === "ok") return "check";
  if (kind === "error" || kind === "refused") return "cross";
  return kind === "stopped" ? "warning" : "file";
}

function statusText({ sizeBytes, status }: FileRow, isLooking: boolean): string {
  const { status: texts } = words.files;
  switch (status.kind) {
    case "sending":
      return texts.sending(status.sentBytes, sizeBytes ?? 0);
    case "stopped":
      return texts.stopped(status.receivedBytes, sizeBytes ?? 0);
    case "ok":
      return texts.ok(status.tables);
    case "arrived":
      return isLooking ? texts.looking : texts.arrived;
    case "left-out":
      return texts.leftOut;
    default:
      return texts[status.kind];
  }
}
