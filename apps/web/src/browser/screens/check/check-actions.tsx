import { useState } from "preact/hooks";
import { Dialog } from "../../parts/dialog.tsx";
import { Link } from "../../parts/link.tsx";
import { go, stepPath } from "../../router.ts";
import { words } from "../../words/en.ts";
import { keyOf, undecided, type PrivateItem } from "./private-items.ts";
import type { Decisions } from "./use-decisions.ts";

interface CheckActionsProps {
  readonly id: string;
  readonly items: readonly PrivateItem[];
  /** What is on the screen is what is chosen. */
  readonly isReady: boolean;
  readonly decide: Decisions["decide"];
}

/** Goes back, or on: with something undecided it asks first. */
export function CheckActions({ id, items, isReady, decide }: CheckActionsProps) {
  const [asked, setAsked] = useState<"wait" | "undecided" | null>(null);
  const open = undecided(items);
  const close = (): void => setAsked(null);
  const goOn = (): void => go(stepPath(id, "about"));
  const onContinue = (): void => {
    if (!isReady) setAsked("wait");
    else if (open.length > 0) setAsked("undecided");
    else goOn();
  };
  const onAnyway = async (): Promise<void> => {
    if (await decide(open, "public")) goOn();
    else close();
  };
  const texts = words.privateData.dialog;
  return (
    <>
      <p id="wait" role="alert" class="hint">
        {asked === "wait" && !isReady && words.check.wait}
      </p>
      <Link to={stepPath(id, "files")} class="button">
        {words.app.back}
      </Link>
      <button type="button" class="button main" aria-disabled={!isReady} aria-describedby="wait" onClick={onContinue}>
        {words.app.continue}
      </button>
      {asked === "undecided" && (
        <Dialog
          title={texts.title(open.length)}
          onClose={close}
          actions={
            <>
              <button type="button" class="button" onClick={close}>
                {texts.back}
              </button>
              <button type="button" class="button danger" onClick={() => void onAnyway()}>
                {texts.anyway}
              </button>
            </>
          }
        >
          <ul>
            {open.map((item) => (
              <li key={keyOf(item)}>
                <bdi>{item.table}</bdi> › <bdi>{item.column}</bdi> {words.privateData.what(item.kind, item.finding?.confidence ?? "high")}
              </li>
            ))}
          </ul>
          <p>{texts.text}</p>
        </Dialog>
      )}
    </>
  );
}
