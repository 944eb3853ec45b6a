import type { Choices, PreparedTable } from "@datasette-publish/workbench/protocol";
import { useState } from "preact/hooks";
import { Field } from "../../parts/field.tsx";
import { words } from "../../words/en.ts";
import { columnText, tableText, withColumnText, withTableText } from "./texts.ts";

const says = words.about.tables;

interface TableTextsProps {
  readonly tables: readonly PreparedTable[];
  readonly choices: Choices;
  readonly onChange: (choices: Choices) => void;
}

/** What tables and columns are: folded, as a site can do without. */
export function TableTexts({ tables, choices, onChange }: TableTextsProps) {
  if (tables.length === 0) return null;
  return (
    <fieldset>
      <legend>{says.legend}</legend>
      <p class="hint">{says.hint}</p>
      {tables.map((table) => (
        <OneTable key={`${table.database}/${table.name}`} table={table} choices={choices} onChange={onChange} />
      ))}
    </fieldset>
  );
}

type OneTableProps = Omit<TableTextsProps, "tables"> & { readonly table: PreparedTable };

function OneTable({ table, choices, onChange }: OneTableProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="table-texts" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        {table.name} <span class="muted">{says.count(table.columns.length)}</span>
      </summary>
      {isOpen && (
        <>
          <TableField table={table} of="title" choices={choices} onChange={onChange} />
          <TableField table={table} of="description" choices={choices} onChange={onChange} />
          {table.columns.map(({ name }) => (
            <Field key={name} label={says.column(name)} isOptional>
              {(ids) => (
                <input
                  {...ids}
                  value={columnText(choices, table, name)}
                  onInput={({ currentTarget }) => onChange(withColumnText(choices, table.name, name, currentTarget.value))}
                />
              )}
            </Field>
          ))}
        </>
      )}
    </details>
  );
}

function TableField({ table, of, choices, onChange }: OneTableProps & { readonly of: "title" | "description" }) {
  return (
    <Field label={says[of]} isOptional>
      {(ids) => (
        <input
          {...ids}
          value={tableText(choices, table, of)}
          onInput={({ currentTarget }) => onChange(withTableText(choices, table.name, { [of]: currentTarget.value }))}
        />
      )}
    </Field>
  );
}
