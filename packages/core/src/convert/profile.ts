import { PublishError } from "../errors/publish-error.ts";
import { setOption } from "../errors/remedies.ts";
import { warning, type Warning } from "../events/warnings.ts";
import { changedError, fingerprint } from "../files/input-file.ts";
import { readRecords } from "./records/csv.ts";
import { findReading } from "./records/find-reading.ts";
import { RaggedWarnings } from "./records/ragged.ts";
import type { Reading } from "./records/reading.ts";
import type { Column, ConvertOptions } from "./dataset.ts";
import type { CsvInput } from "./formats/name-inputs.ts";
import { encodingOf, utf8 } from "./text/encoding.ts";
import { ColumnProfile } from "./columns/infer.ts";
import { KeyProbes } from "./columns/key-probe.ts";
import { columnNames, nameKey } from "./names.ts";
import type { FileProfile, TableProfile } from "./table-profile.ts";

/** Most columns a table may have (SQLite's default `SQLITE_MAX_COLUMN`). */
const maxColumns = 2000;

export interface PassOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes of the file read so far. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * First pass over the files of a table: checks every record, counts rows, finds the type of each column. Appends notices to `notices`.
 * A column of one name is one column of the table, whichever files have it.
 * @throws PublishError `CSV_INVALID`, `CSV_ENCODING`, `INPUT_CHANGED`, with the file
 */
export async function profileTable(
  inputs: readonly CsvInput[],
  options: ConvertOptions,
  notices: Warning[],
  passOver: (input: CsvInput) => PassOptions,
): Promise<TableProfile> {
  const columns = new TableColumns();
  using probes = new KeyProbes();
  const files: FileProfile[] = [];
  for (const input of inputs) files.push(await profileFile(input, columns, probes, options, notices, passOver(input)));
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const { header, blanks } = columns;
  return { table: inputs[0]!.table, files, columns: columns.finish(options), header, blanks, rows, rowidKeys: probes.keys };
}

async function profileFile(
  input: CsvInput,
  columns: TableColumns,
  probes: KeyProbes,
  options: ConvertOptions,
  notices: Warning[],
  pass: PassOptions,
): Promise<FileProfile> {
  const before = await fingerprint(input);
  const format = await readingOf(input, options, notices, pass.signal);
  const ragged = new RaggedWarnings(input.name);
  let placed: PlacedColumns | undefined;
  let rows = 0;
  for await (const batch of readRecords(input, format, pass.signal)) {
    placed ??= columns.place(input.name, batch.header);
    const { profiles } = placed;
    for (const record of batch.records) for (let index = 0; index < profiles.length; index++) profiles[index]!.add(record[index]!);
    probes.add(batch);
    ragged.add(batch);
    rows += batch.records.length;
    pass.onBytes(batch.bytes);
  }
  if ((await fingerprint(input)) !== before) throw changedError(input.name);
  const { header, names, positions } = placed!;
  notices.push(...ragged.finish());
  noticeHeader(input, header, names, notices);
  return { input, format, header, positions, rows, fingerprint: before };
}

/** The columns of one file, in the order of its fields. */
interface PlacedColumns {
  readonly header: readonly string[];
  readonly names: readonly string[];
  readonly positions: readonly number[];
  readonly profiles: readonly ColumnProfile[];
}

/** The columns of a table, as its files bring them. */
class TableColumns {
  readonly header: string[] = [];
  readonly #names: string[] = [];
  readonly #profiles: ColumnProfile[] = [];
  readonly #positions = new Map<string, number>();

  place(file: string, header: readonly string[]): PlacedColumns {
    requireWidth(file, header);
    const names = columnNames(header);
    const positions = names.map((name, index) => this.#position(name, header[index]!));
    return { header, names, positions, profiles: positions.map((position) => this.#profiles[position]!) };
  }

  #position(name: string, written: string): number {
    const known = this.#positions.get(nameKey(name));
    if (known !== undefined) return known;
    this.#positions.set(nameKey(name), this.#names.length);
    this.#names.push(name);
    this.header.push(written);
    return this.#profiles.push(new ColumnProfile()) - 1;
  }

  get blanks(): number[] {
    return this.#profiles.map(({ blanks }) => blanks);
  }

  finish({ justStrings, emptyAsText }: ConvertOptions): Column[] {
    return this.#profiles.map((profile, index) => ({
      name: this.#names[index]!,
      type: justStrings ? "TEXT" : profile.declaredType,
      nulls: emptyAsText ? 0 : profile.blanks,
      example: profile.example,
    }));
  }
}

async function readingOf(input: CsvInput, options: ConvertOptions, notices: Warning[], signal?: AbortSignal): Promise<Reading> {
  const separator = separatorOf(options);
  const encoding = await encodingOf(input, options.everyFile?.encoding, signal);
  if (encoding !== utf8)
    notices.push(warning("ENCODING_TAKEN", `${input.name} is not UTF-8: read as ${encoding}.`, { file: input.name, encoding }));
  const given = { ...options.everyFile, ...(separator !== undefined && { separator }) };
  return findReading(input, encoding, given, notices, signal);
}

function requireWidth(file: string, header: readonly string[]): void {
  if (header.length <= maxColumns) return;
  throw new PublishError(
    "CSV_INVALID",
    `${file} has ${header.length} columns; SQLite takes ${maxColumns}.`,
    [
      { action: "replace-file", file, line: 1, note: "by splitting the file" },
      setOption("separator", undefined, "if the delimiter is another one"),
    ],
    { file, line: 1, columns: header.length, limit: maxColumns },
  );
}

function noticeHeader(input: CsvInput, header: readonly string[], names: readonly string[], notices: Warning[]): void {
  for (const [index, name] of names.entries())
    if (name !== header[index])
      notices.push(
        warning("COLUMN_RENAMED", `${input.name}: column ${index + 1} (${JSON.stringify(header[index])}) becomes ${name}.`, {
          file: input.name,
          table: input.table,
          column: name,
          wanted: header[index] ?? "",
        }),
      );
}

/** The `separator` option as the delimiter of every file; `\t` stands for a tab. */
function separatorOf({ everyFile: { separator } = {} }: ConvertOptions): string | undefined {
  if (separator === undefined) return undefined;
  const delimiter = separator === String.raw`\t` ? "\t" : separator;
  if (delimiter.length !== 1 || /["\r\n\0]/.test(delimiter))
    throw new PublishError(
      "OPTION_INVALID",
      `The separator must be one character, not ${JSON.stringify(separator)}.`,
      setOption("separator", undefined, "with one character"),
      { option: "separator" },
    );
  return delimiter;
}
