import type { Warning } from "../../events/warnings.ts";
import type { ColumnProfile } from "../columns/profile-column.ts";
import type { Column, ConvertOptions } from "../dataset.ts";
import { QuoteSuspect } from "../records/quote-suspect.ts";
import { RaggedWarnings } from "../records/ragged.ts";
import type { RecordBatch } from "../records/reading.ts";
import type { ColumnSettings } from "../settings/settings.ts";
import type { PlacedFile, TableLayout } from "../table-profile.ts";
import { hasPrivateFinding, type PrivateFinding } from "./private/finding.ts";
import { PrivateDataScan } from "./private/scan.ts";
import { watchersOf } from "./watchers.ts";
import type { Hidden, Watcher } from "./watcher.ts";

/** The table of a file, and what is said of its columns. */
export interface FoundIn extends Pick<TableLayout, "table" | "columns"> {
  readonly settings: readonly ColumnSettings[];
  /** They take each batch before it is added here. */
  readonly profiles: readonly Pick<ColumnProfile, "mayBeNumbers">[];
}

/** Everything that is looked for in a file while the first pass reads it. */
export class FileFindings {
  readonly #file: PlacedFile;
  readonly #in: FoundIn;
  readonly #records: readonly { add(batch: RecordBatch): void; finish(hidden: Hidden): Warning[] }[];
  readonly #watchers: readonly Watcher[];
  readonly #privateData: PrivateDataScan | undefined;

  constructor(file: PlacedFile, foundIn: FoundIn, { private: looks }: ConvertOptions) {
    const { input, header, positions, reading } = file;
    const { table, columns, settings, profiles } = foundIn;
    const { name } = input;
    this.#file = file;
    this.#in = foundIn;
    this.#records = [new RaggedWarnings(name), new QuoteSuspect(name, reading.dialect)];
    this.#watchers = watchersOf({
      file: name,
      table,
      header,
      columns: positions.map((position) => columns[position]!),
      delimiter: reading.dialect.delimiter,
      headerRows: reading.headerRows,
      given: input.settings,
      settings: positions.map((position) => settings[position]),
      isNumeric: (index) => profiles[positions[index]!]!.mayBeNumbers === true,
    });
    this.#privateData = looks === "off" ? undefined : new PrivateDataScan({ file: name, database: null, table, header });
  }

  add(batch: RecordBatch): void {
    for (const one of this.#records) one.add(batch);
    for (const watcher of this.#watchers) watcher.add(batch);
    this.#privateData?.add(batch);
  }

  /** @param types of the table's columns, as far as it was read */
  async finish(types: readonly Column["type"][]): Promise<{ notices: Warning[]; privateData: PrivateFinding[] }> {
    const { table, columns, settings } = this.#in;
    const fields = this.#file.positions.map((position) =>
      settings[position]!.leaveOut ? undefined : { name: columns[position]!, type: types[position]! },
    );
    const privateData = (await this.#privateData?.findings(fields)) ?? [];
    const hidden = new Set(fields.flatMap((field, index) => (field && hasPrivateFinding(privateData, table, field.name) ? [index] : [])));
    return { notices: [...this.#records, ...this.#watchers].flatMap((one) => one.finish(hidden)), privateData };
  }
}
