import type { Change } from "../../choices/use-choices.ts";
import type { Choices } from "@datasette-publish/workbench/protocol";
import { useState } from "preact/hooks";
import { withFile } from "../../choices/change.ts";
import { withOption } from "../../choices/option.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { EncodingChoice } from "../../parts/encoding-choice.tsx";
import { words } from "../../words/en.ts";
import type { ShownGroup, ShownWarning } from "./warning-groups.ts";

interface WarningsProps {
  readonly draft: string;
  readonly groups: readonly ShownGroup[];
  readonly change: Change;
}

/** What is worth a look, by what mends it, and folded below it how the files were read. */
export function Warnings({ groups, ...rest }: WarningsProps) {
  const notes = groups.filter(({ code }) => words.warnings.kind(code).isNote);
  const others = groups.filter((group) => !notes.includes(group));
  const count = notes.reduce((sum, { warnings }) => sum + warnings.length, 0);
  return (
    <>
      {others.length > 0 && (
        <section class="card warnings" aria-labelledby="warnings">
          <h2 id="warnings">{words.check.warnings}</h2>
          {others.map((group, at) => (
            <Group key={at} group={group} {...rest} />
          ))}
        </section>
      )}
      {count > 0 && (
        <details class="card warnings">
          <summary>{words.check.notes(count)}</summary>
          {notes.map((group, at) => (
            <Group key={at} group={group} {...rest} />
          ))}
        </details>
      )}
    </>
  );
}

/** How many of a group are shown before somebody asks for the rest. */
const shownAtFirst = 5;

function Group({ group: { code, warnings }, change, draft }: Omit<WarningsProps, "groups"> & { readonly group: ShownGroup }) {
  const [isAll, setAll] = useState(false);
  const { title, text } = words.warnings.kind(code);
  const shown = isAll ? warnings : warnings.slice(0, shownAtFirst);
  return (
    <section class="warning-group">
      <h3>{title}</h3>
      {text !== undefined && <p class="hint">{text}</p>}
      <MendAll warnings={warnings} change={change} />
      <ul>
        {shown.map((one, at) => (
          <Line key={at} one={one} change={change} draft={draft} />
        ))}
      </ul>
      {shown.length < warnings.length && (
        <button type="button" class="text-button" onClick={() => setAll(true)}>
          {words.check.more(warnings.length - shown.length)}
        </button>
      )}
    </section>
  );
}

const labelOf = ({ remedy, value }: ShownWarning["options"][number]): string => words.mends[remedy.option]?.(value) ?? "";

const mended = (choices: Choices, { facts }: ShownWarning, option: ShownWarning["options"][number]): Choices =>
  withOption(choices, option.remedy, facts) ?? choices;

/** One button for all, where the first thing to do about each is the same. */
function MendAll({ warnings, change }: { readonly warnings: readonly ShownWarning[]; readonly change: WarningsProps["change"] }) {
  const [first] = warnings[0]?.options ?? [];
  if (first === undefined || warnings.length < 2) return null;
  const label = labelOf(first);
  if (!warnings.every(({ options: [one] }) => one !== undefined && labelOf(one) === label)) return null;
  const onClick = (): Promise<void> =>
    change((choices) => warnings.reduce((so, one) => (one.options[0] === undefined ? so : mended(so, one, one.options[0])), choices));
  return (
    <p class="buttons">
      <button type="button" class="button small" onClick={() => void onClick()}>
        {words.check.forAll(label, warnings.length)}
      </button>
    </p>
  );
}

function Line({ one, change, draft }: { readonly one: ShownWarning; readonly change: WarningsProps["change"]; readonly draft: string }) {
  const { warning, options } = one;
  const { code, facts, message } = warning;
  const advice = warning.remedies.filter((remedy) => remedy.action === "advise");
  const file = typeof facts["file"] === "string" ? facts["file"] : null;
  return (
    <li>
      <p>{words.warnings.item(code, facts, message)}</p>
      {advice.map(({ text }) => (
        <p key={text} class="hint">
          {text}
        </p>
      ))}
      <p class="buttons">
        {options.map((option) => (
          <button
            key={labelOf(option)}
            type="button"
            class="button small"
            onClick={() => void change((choices) => mended(choices, one, option))}
          >
            {labelOf(option)}
          </button>
        ))}
        {code === "ENCODING_GUESSED" && file !== null && <EncodingButton draft={draft} file={file} change={change} />}
      </p>
    </li>
  );
}

function EncodingButton({ draft, file, change }: Omit<WarningsProps, "groups"> & { readonly file: string }) {
  const [isOpen, setOpen] = useState(false);
  const onChoose = (encoding: string): void => {
    setOpen(false);
    void change((choices) => withFile(choices, file, { encoding }));
  };
  return (
    <>
      <button type="button" class="button small" onClick={() => setOpen(true)}>
        {words.check.chooseEncoding}
      </button>
      {isOpen && (
        <Dialog
          title={words.encodings.title(file)}
          onClose={() => setOpen(false)}
          actions={
            <button type="button" class="button" onClick={() => setOpen(false)}>
              {words.app.cancel}
            </button>
          }
        >
          <EncodingChoice draft={draft} file={file} known={[]} onChoose={onChoose} />
        </Dialog>
      )}
    </>
  );
}
