import type { Change } from "../../choices/use-choices.ts";
import type { Choices, PreparedTable } from "@datasette-publish/workbench/protocol";
import { useState } from "preact/hooks";
import { renameTable, withTable } from "../../choices/change.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { words } from "../../words/en.ts";
import { nameError } from "./name-error.ts";

interface TableDialogProps {
  readonly table: PreparedTable;
  readonly others: readonly string[];
  readonly choices: Choices;
  readonly change: Change;
  /** Runs once its new name is kept. */
  readonly onRename: (name: string) => Promise<void>;
  readonly onClose: () => void;
}

/** The name of a table, which is in its address, and its title. A table of a SQLite file keeps its name. */
export function TableDialog({ table, others, choices, change, onRename, onClose }: TableDialogProps) {
  const texts = words.check.tableDialog;
  const [name, setName] = useState(table.name);
  const [title, setTitle] = useState(choices.tables[table.name]?.title ?? "");
  const [error, setError] = useState<string | null>(null);
  const { source } = table;

  const onSave = (event: Event): void => {
    event.preventDefault();
    const wanted = name.trim();
    const wrong = nameError(wanted, others, texts);
    if (wrong !== null) return setError(wrong);
    const kept = change((of) => {
      const renamed = source === null || wanted === table.name ? of : renameTable(of, source, table.name, wanted);
      return withTable(renamed, wanted, { title: title.trim() || undefined });
    });
    if (wanted !== table.name) void kept.then(() => onRename(wanted));
    onClose();
  };
  return (
    <Dialog
      title={texts.title(table.name)}
      onClose={onClose}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            {words.app.cancel}
          </button>
          <button type="submit" form="table" class="button main">
            {texts.save}
          </button>
        </>
      }
    >
      <form id="table" onSubmit={onSave}>
        <Field label={texts.titleLabel} hint={texts.titleHint} isOptional>
          {(ids) => <input {...ids} value={title} onInput={({ currentTarget }) => setTitle(currentTarget.value)} />}
        </Field>
        {source !== null && (
          <Field label={texts.name} hint={texts.nameHint} error={error}>
            {(ids) => <input {...ids} value={name} autocomplete="off" onInput={({ currentTarget }) => setName(currentTarget.value)} />}
          </Field>
        )}
      </form>
    </Dialog>
  );
}
