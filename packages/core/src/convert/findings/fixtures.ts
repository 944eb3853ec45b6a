import { parse } from "csv-parse/sync";
import type { Warning } from "../../events/warnings.ts";
import type { Column } from "../dataset.ts";
import type { PrivateFinding } from "./private/finding.ts";
import { PrivateDataScan } from "./private/scan.ts";
import type { Batch, Watched } from "./watcher.ts";
import { watchersOf } from "./watchers.ts";

const recordsOfBatch = 7;

interface Parsed {
  readonly header: readonly string[];
  readonly batches: readonly Batch[];
}

/** For tests: a CSV text as batches; each record stands on one line, and blank lines are left out. */
function parsed(text: string, delimiter: string): Parsed {
  const [header = [], ...records] = parse(text, { delimiter, relax_quotes: true });
  const batches: Batch[] = [];
  for (let at = 0; at < records.length; at += recordsOfBatch) {
    const some = records.slice(at, at + recordsOfBatch);
    batches.push({
      records: some,
      lines: some.map((_, index) => at + index + 2),
      text: some.map((record) => record.join(delimiter)).join("\n"),
    });
  }
  return { header, batches };
}

/** For tests: what is found around and in a table that `t.csv` holds. */
export function watch(text: string, delimiter = ",", given: Partial<Watched> = {}): Warning[] {
  const { header, batches } = parsed(text, delimiter);
  const watchers = watchersOf({ file: "t.csv", table: "t", header, headerRows: 1, ...given });
  for (const batch of batches) for (const watcher of watchers) watcher.add(batch);
  return watchers.flatMap((watcher) => watcher.finish());
}

/** For tests: private data in a table that `t.csv` holds; columns are TEXT unless `types` says otherwise. */
export async function scan(text: string, types: Readonly<Record<string, Column["type"]>> = {}): Promise<PrivateFinding[]> {
  const { header, batches } = parsed(text, ",");
  const found = new PrivateDataScan({ file: "t.csv", database: null, table: "t", header });
  for (const batch of batches) found.add(batch);
  return await found.findings(header.map((name) => ({ name, type: types[name] ?? "TEXT" })));
}
