import type { TableChange } from "@datasette-publish/workbench/protocol";
import { Icon } from "../../parts/icon.tsx";
import { words } from "../../words/en.ts";
import type { KnownChange } from "./use-change.ts";

/** What an update changes of what its site shows now. */
export function ChangeBox({ change }: { readonly change: KnownChange }) {
  return (
    <section class="card change" aria-labelledby="change">
      <h2 id="change">{words.change.title}</h2>
      <p class="hint" role="status">
        {change === "comparing" ? words.change.comparing : change === "unknown" ? words.change.unknown : words.change.lead}
      </p>
      {typeof change === "object" &&
        (change.tables.every(({ state }) => state === "same") ? (
          <p>{words.change.none}</p>
        ) : (
          <ul>
            {change.tables.map((table) => (
              <Line key={table.table} table={table} />
            ))}
          </ul>
        ))}
    </section>
  );
}

function Line({ table }: { readonly table: TableChange }) {
  const { goneColumns, newColumns, types, state } = table;
  const isWhole = state === "new" || state === "gone";
  const broken = [
    ...(state === "gone" ? [words.change.tableGone] : []),
    ...(goneColumns.length > 0 && !isWhole ? [words.change.goneColumns(goneColumns)] : []),
    ...types.map(words.change.type),
  ];
  return (
    <li>
      <p>
        <strong>
          <bdi>{table.table}</bdi>
        </strong>{" "}
        {words.change.rows(table)}
      </p>
      {broken.map((text) => (
        <p key={text} class="change-warning">
          <Icon name="warning" /> <span>{text}</span>
        </p>
      ))}
      {newColumns.length > 0 && !isWhole && <p>{words.change.newColumns(newColumns)}</p>}
    </li>
  );
}
