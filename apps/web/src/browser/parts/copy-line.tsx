import { useState } from "preact/hooks";
import { words } from "../words/en.ts";

interface CopyLineProps {
  /** What it is, for people. */
  readonly label: string;
  /** What the button does, beginning with the word on it. */
  readonly copy: string;
  readonly text: string;
}

/** A text to be taken elsewhere, with a button that copies it. */
export function CopyLine({ label, copy, text }: CopyLineProps) {
  return (
    <div class="copy-line">
      <p>{label}</p>
      <code tabIndex={0} role="textbox" aria-readonly="true" aria-label={label}>
        {text}
      </code>
      <CopyButton text={text} label={words.app.copy} name={copy} />
    </div>
  );
}

/** Copies a text, and says that it did. `name` tells it apart from other such buttons. */
export function CopyButton({ text, label, name = label }: { readonly text: string; readonly label: string; readonly name?: string }) {
  const [outcome, setOutcome] = useState("");
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setOutcome(words.app.copied),
      () => setOutcome(words.app.notCopied),
    );
  };
  return (
    <>
      <button type="button" class="button small" aria-label={name} onClick={copy} onBlur={() => setOutcome("")}>
        {outcome === words.app.copied ? outcome : label}
      </button>
      <span class={outcome === words.app.notCopied ? "field-error" : "hidden"} role="status">
        {outcome}
      </span>
    </>
  );
}
