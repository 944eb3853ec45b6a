import type { Change } from "../../choices/use-choices.ts";
import type { Choices, Column, ColumnChoice, PreparedTable } from "@datasette-publish/workbench/protocol";
import { useState } from "preact/hooks";
import { columnChoice, firstName, withColumn } from "../../choices/change.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { words } from "../../words/en.ts";
import { kindChange, kindOf, kindsFor, shownType, type ColumnKind } from "./column-kind.ts";
import { nameError } from "./name-error.ts";

interface ColumnDialogProps {
  readonly table: PreparedTable;
  readonly column: Column;
  readonly choices: Choices;
  readonly change: Change;
  /** Runs once its new name is kept. */
  readonly onRename: (name: string) => Promise<void>;
  readonly onClose: () => void;
}

const uses = ["search", "index", "key"] as const;

/** What a column is and why, and what can be chosen about it. */
export function ColumnDialog({ table, column, choices, change, onRename, onClose }: ColumnDialogProps) {
  const texts = words.check.column;
  const chosen = columnChoice(choices, table.name, column.name);
  const [kind, setKind] = useState<ColumnKind>(kindOf(chosen));
  const [name, setName] = useState(column.name);
  const [use, setUse] = useState<Pick<ColumnChoice, (typeof uses)[number]>>(chosen);
  const [error, setError] = useState<string | null>(null);
  const first = firstName(choices, table.name, column.name);
  const type = words.types.name(shownType(column));

  const onSave = (event: Event): void => {
    event.preventDefault();
    const wanted = name.trim();
    const others = table.columns.map((one) => one.name).filter((other) => other !== column.name);
    const wrong = nameError(wanted, others, texts);
    if (wrong !== null) return setError(wrong);
    const flags = Object.fromEntries(uses.map((one) => [one, use[one] === true ? true : undefined]));
    const changes = { ...kindChange(kind), ...flags, name: wanted === first ? undefined : wanted };
    const kept = change((of) => withColumn(of, table.name, first, changes));
    if (wanted !== column.name) void kept.then(() => onRename(wanted));
    onClose();
  };
  const onLeaveOut = (): void => {
    void change((of) => withColumn(of, table.name, first, { leaveOut: true }));
    onClose();
  };
  return (
    <Dialog
      title={texts.title(column.name)}
      onClose={onClose}
      actions={
        <>
          <button type="button" class="button danger push" onClick={onLeaveOut}>
            {texts.leaveOut}
          </button>
          <button type="button" class="button" onClick={onClose}>
            {words.app.cancel}
          </button>
          <button type="submit" form="column" class="button main">
            {texts.save}
          </button>
        </>
      }
    >
      <form id="column" onSubmit={onSave}>
        <p>{texts.now(type, words.types.reason(column.reason))}</p>
        <Field label={texts.read}>
          {(ids) => (
            <select {...ids} value={kind} onChange={({ currentTarget }) => setKind(currentTarget.value as ColumnKind)}>
              {kindsFor(kindOf(chosen)).map((one) => (
                <option key={one} value={one}>
                  {one !== "found" ? texts.kinds[one] : kindOf(chosen) === "found" ? texts.found(type) : texts.foundAgain}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={texts.name} error={error}>
          {(ids) => <input {...ids} value={name} autocomplete="off" onInput={({ currentTarget }) => setName(currentTarget.value)} />}
        </Field>
        <fieldset>
          <legend>{texts.uses}</legend>
          {uses.map((one) => (
            <Use key={one} use={one} isOn={use[one] === true} onChange={(isOn) => setUse({ ...use, [one]: isOn })} />
          ))}
        </fieldset>
      </form>
    </Dialog>
  );
}

interface UseProps {
  readonly use: (typeof uses)[number];
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function Use({ use, isOn, onChange }: UseProps) {
  const texts = words.check.column;
  const hint = use === "index" ? texts.indexHint : use === "key" ? texts.keyHint : null;
  const id = `use-${use}`;
  return (
    <div class="checkbox">
      <input
        type="checkbox"
        id={id}
        checked={isOn}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
        {...(hint !== null && { "aria-describedby": `${id}-hint` })}
      />
      <label for={id}>{texts[use]}</label>
      {hint !== null && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
