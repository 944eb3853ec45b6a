import type { PublishResult } from "@datasette-publish/workbench/protocol";
import { useId, useState } from "preact/hooks";
import { CopyLine } from "../../parts/copy-line.tsx";
import { words } from "../../words/en.ts";
import { addressesOf, curlLine, embedCode } from "./addresses.ts";

const says = words.live.use;

interface UseDataProps {
  readonly url: string;
  readonly result: Pick<PublishResult, "databases">;
  /** Of the site. */
  readonly title: string;
}

/** Where programs, spreadsheets and other pages find a table. */
export function UseData({ url, result, title }: UseDataProps) {
  const id = useId();
  const tables = addressesOf(url, result);
  const [chosen, setChosen] = useState("");
  const table = tables.find((one) => one.id === chosen) ?? tables[0];
  if (table === undefined) return null;
  return (
    <section class="card" aria-labelledby={`${id}-heading`}>
      <h2 id={`${id}-heading`}>{says.heading}</h2>
      <p>{says.intro}</p>
      {tables.length > 1 && (
        <div class="field">
          <label for={id}>{says.which}</label>
          <select id={id} value={table.id} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
            {tables.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </select>
        </div>
      )}
      <CopyLine label={says.page} copy={says.copy.page} text={table.page} />
      <CopyLine label={says.csv} copy={says.copy.csv} text={table.csv} />
      <CopyLine label={says.json} copy={says.copy.json} text={table.json} />
      <CopyLine label={says.curl} copy={says.copy.curl} text={curlLine(table.json)} />
      <CopyLine label={says.embed} copy={says.copy.embed} text={embedCode(table.page, says.embedTitle(table.name, title))} />
    </section>
  );
}
