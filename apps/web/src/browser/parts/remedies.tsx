import type { Remedy } from "@datasette-publish/workbench/protocol";
import { words } from "../words/en.ts";

/** What a screen can do for the user. A remedy that it cannot do is not shown, but for advice and pages. */
export interface Mending {
  /** What a button says that sets an option, and does it; null: not here. */
  readonly setOption?: (option: string, value: string | true | undefined, remedy: Remedy) => Mend | null;
  readonly removeOption?: (option: string) => Mend | null;
  readonly replaceFile?: (file: string, line: number | undefined) => void;
  readonly leaveOut?: (file: string) => void;
  readonly retry?: () => void;
  readonly logIn?: (provider: string) => void;
}

/** A button: what it says, and what it does. */
export interface Mend {
  readonly label: string;
  readonly run: () => void;
}

/** What there is to do about an error or a warning: sentences first, then buttons. */
export function Remedies({ remedies, mending }: { readonly remedies: readonly Remedy[]; readonly mending: Mending }) {
  const advice = remedies.filter((remedy) => remedy.action === "advise");
  const pages = remedies.filter((remedy) => remedy.action === "open-page");
  const mends = remedies.map((remedy) => mendOf(remedy, mending)).filter((mend) => mend !== null);
  return (
    <>
      {advice.map(({ text }) => (
        <p key={text}>{text}</p>
      ))}
      {mends.length + pages.length > 0 && (
        <p class="buttons">
          {mends.map(({ label, run }) => (
            <button key={label} type="button" class="button small" onClick={run}>
              {label}
            </button>
          ))}
          {pages.map(({ url }) => (
            <a key={url} class="button small" href={url} target="_blank" rel="noreferrer">
              {words.remedies.openPage(URL.canParse(url) ? new URL(url).host : url)}
            </a>
          ))}
        </p>
      )}
    </>
  );
}

function mendOf(remedy: Remedy, mending: Mending): Mend | null {
  switch (remedy.action) {
    case "set-option":
      return mending.setOption?.(remedy.option, remedy.value, remedy) ?? null;
    case "remove-option":
      return mending.removeOption?.(remedy.option) ?? null;
    case "replace-file":
      return toMend(words.remedies.replaceFile, mending.replaceFile && (() => mending.replaceFile?.(remedy.file, remedy.line)));
    case "leave-out":
      return toMend(words.remedies.leaveOut, mending.leaveOut && (() => mending.leaveOut?.(remedy.file)));
    case "retry":
      return toMend(words.remedies.retry, mending.retry);
    case "log-in":
      return toMend(words.remedies.logIn, mending.logIn && (() => mending.logIn?.(remedy.provider)));
    default:
      return null;
  }
}

function toMend(label: string, run: (() => void) | undefined): Mend | null {
  return run === undefined ? null : { label, run };
}
