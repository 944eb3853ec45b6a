import type { Change } from "../../choices/use-choices.ts";
import type { Cell, Choices, Column, PreparedTable } from "@datasette-publish/workbench/protocol";
import { memo } from "./memo.ts";
import { useState } from "preact/hooks";
import { leftOutColumns, withColumn } from "../../choices/change.ts";
import { Icon } from "../../parts/icon.tsx";
import { ScrollBox } from "../../parts/scroll-box.tsx";
import { words } from "../../words/en.ts";
import { formatBytes } from "../../words/format.ts";
import { ColumnDialog } from "./column-dialog.tsx";
import { isKeptFromLoss, shownType } from "./column-kind.ts";
import { TableDialog } from "./table-dialog.tsx";
import type { Decisions } from "./use-decisions.ts";
import { useRows } from "./use-rows.ts";

interface TableCardProps {
  readonly draft: string;
  readonly table: PreparedTable;
  readonly digest: string;
  readonly choices: Choices;
  readonly change: Change;
  readonly decided: Decisions;
  /** Names of the other tables. */
  readonly others: readonly string[];
}

/** Columns and reasons that are shown before somebody asks for all. */
const mostColumns = 30;
const mostReasons = 5;

/** A table as the site will have it: its first rows, what each column is, and why. */
export function TableCard({ draft, table, digest, choices, change, decided, others }: TableCardProps) {
  const [dialog, setDialog] = useState<"table" | Column | null>(null);
  const [isWide, setWide] = useState(false);
  const { rows, canShow, isAll, setAll } = useRows(draft, table, digest);
  const texts = words.check.table;
  const { name, title, source, columns } = table;
  const shown = isWide ? rows.columns.length : Math.min(mostColumns, rows.columns.length);
  const close = (): void => setDialog(null);
  return (
    <section class="card table-card">
      <div class="table-head">
        <div>
          <h3>
            <bdi>{title ?? name}</bdi>
          </h3>
          <p class="muted">
            {[
              title !== undefined && title !== name && name,
              texts.from(source),
              table.uncounted !== true && texts.rows(table.rows),
              texts.columns(rows.columns.length),
            ]
              .filter(Boolean)
              .join(" · ")}
          </p>
          {table.description !== undefined && <p>{table.description}</p>}
        </div>
        <button type="button" class="button small" aria-label={texts.editLabel(name)} onClick={() => setDialog("table")}>
          {texts.edit}
        </button>
      </div>
      <ScrollBox label={texts.box(name)}>
        <DataTable names={rows.columns} rows={rows.rows} shown={shown} columns={columns} onColumn={setDialog} />
      </ScrollBox>
      {rows.rows.length === 0 && <p class="muted">{texts.noRows}</p>}
      <p class="buttons">
        {canShow !== null && (
          <button type="button" class="button small" aria-expanded={isAll} onClick={() => setAll(!isAll)}>
            {isAll ? texts.fewerRows : texts.moreRows(canShow)}
          </button>
        )}
        {rows.columns.length > mostColumns && (
          <button type="button" class="button small" aria-expanded={isWide} onClick={() => setWide(!isWide)}>
            {isWide ? texts.fewerColumns : texts.allColumns(rows.columns.length)}
          </button>
        )}
      </p>
      <Reasons columns={columns} />
      <LeftOut table={name} choices={choices} change={change} decided={decided} />
      {dialog === "table" && (
        <TableDialog
          table={table}
          others={others}
          choices={choices}
          change={change}
          onRename={(to) => decided.rename({ table: name }, { table: to })}
          onClose={close}
        />
      )}
      {dialog !== null && dialog !== "table" && (
        <ColumnDialog
          table={table}
          column={dialog}
          choices={choices}
          change={change}
          onRename={(to) => decided.rename({ table: name, column: dialog.name }, { table: name, column: to })}
          onClose={close}
        />
      )}
    </section>
  );
}

interface DataTableProps {
  readonly names: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** How many columns. */
  readonly shown: number;
  /** Empty: nothing is known of them, and nothing can be chosen. */
  readonly columns: readonly Column[];
  readonly onColumn: (column: Column) => void;
}

/** Drawn again only when its rows or columns have changed, as it may have thousands of cells. */
const DataTable = memo(({ names, rows, shown, columns, onColumn }: DataTableProps) => {
  const known = new Map(columns.map((column) => [column.name, column]));
  return (
    <table>
      <thead>
        <tr>
          {names.slice(0, shown).map((name) => (
            <ColumnHead key={name} name={name} column={known.get(name)} onColumn={onColumn} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, at) => (
          <tr key={at}>
            {row.slice(0, shown).map((cell, of) => (
              <td key={names[of]} class={typeof cell === "number" ? "number" : ""}>
                <div>
                  <CellText cell={cell} />
                </div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
});

interface ColumnHeadProps {
  readonly name: string;
  readonly column: Column | undefined;
  readonly onColumn: (column: Column) => void;
}

function ColumnHead({ name, column, onColumn }: ColumnHeadProps) {
  if (column === undefined)
    return (
      <th scope="col">
        <bdi>{name}</bdi>
      </th>
    );
  const type = shownType(column);
  return (
    <th scope="col">
      <span class="column-name">
        <bdi>{name}</bdi>
        <button
          type="button"
          class="column-menu"
          aria-label={words.check.column.menu(name)}
          aria-haspopup="dialog"
          onClick={() => onColumn(column)}
        >
          <Icon name="menu" />
        </button>
      </span>
      <span class={`type type-${type.toLowerCase()}`}>{words.types.name(type)}</span>
    </th>
  );
}

function CellText({ cell }: { readonly cell: Cell }) {
  const texts = words.check.table;
  if (cell === null) return <span class="muted">{texts.blank}</span>;
  if (typeof cell !== "object") return <bdi>{String(cell)}</bdi>;
  if ("blobBytes" in cell) return <span class="muted">{texts.bytes(formatBytes(cell.blobBytes))}</span>;
  return (
    <>
      <bdi>{cell.cut}</bdi> <span class="muted">{texts.cut(cell.characters)}</span>
    </>
  );
}

/** Why columns that look like numbers stay text. */
function Reasons({ columns }: { readonly columns: readonly Column[] }) {
  const kept = columns.filter(isKeptFromLoss).slice(0, mostReasons);
  if (kept.length === 0) return null;
  return (
    <ul class="reasons">
      {kept.map(({ name, type, reason }) => (
        <li key={name}>
          <Icon name="info" /> <span>{words.check.table.stays(name, words.types.name(type), words.types.reason(reason))}</span>
        </li>
      ))}
    </ul>
  );
}

type LeftOutProps = Pick<TableCardProps, "choices" | "change" | "decided"> & { readonly table: string };

/** Columns that are left out, to be taken in again. One that looked like private data is then to be decided about. */
function LeftOut({ table, choices, change, decided }: LeftOutProps) {
  const columns = leftOutColumns(choices, table);
  if (columns.length === 0) return null;
  const takeIn = async (column: string): Promise<void> => {
    await change((of) => withColumn(of, table, column, { leaveOut: undefined }));
    const shown = choices.tables[table]?.columns?.[column]?.name ?? column;
    const items = decided.decisions.filter((one) => one.database === null && one.table === table && one.column === shown);
    if (items.length > 0) await decided.decide(items, null);
  };
  return (
    <p class="left-out">
      {words.check.table.leftOut}{" "}
      {columns.map((column) => (
        <button
          key={column}
          type="button"
          class="button small"
          aria-label={words.check.table.takeIn(column)}
          onClick={() => void takeIn(column)}
        >
          <bdi>{column}</bdi> <Icon name="cross" />
        </button>
      ))}
    </p>
  );
}
