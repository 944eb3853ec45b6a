import { PublishError } from "../errors/publish-error.ts";
import { setOption } from "../errors/remedies.ts";
import { warning, type Warning } from "../events/warnings.ts";
import { changedError, fingerprint } from "../files/input-file.ts";
import { otherDelimiter, readRecords, separatorRemedy, shownDelimiter, type CsvFormat } from "./records/csv.ts";
import type { Column, ConvertOptions } from "./dataset.ts";
import { findDelimiter } from "./records/delimiter.ts";
import type { CsvInput } from "./formats/name-inputs.ts";
import { encodingOf, utf8 } from "./text/encoding.ts";
import { ColumnProfile } from "./columns/infer.ts";
import { KeyProbes } from "./columns/key-probe.ts";
import { columnNames } from "./names.ts";

/** Most columns a table may have (SQLite's default `SQLITE_MAX_COLUMN`). */
const maxColumns = 2000;

/** What the first pass over a CSV file found: everything needed to create its table. */
export interface Profile {
  readonly input: CsvInput;
  readonly format: CsvFormat;
  /** The names as they stand in the file. */
  readonly header: readonly string[];
  readonly columns: readonly Column[];
  /** Number of blank fields per column, whether stored as NULL or not. */
  readonly blanks: readonly number[];
  readonly rows: number;
  /** Columns with a name of the rowid that can be it: a different integer in every record. */
  readonly rowidKeys: readonly string[];
  /** Size, time and inode of the file as it was read. */
  readonly fingerprint: string;
}

export interface PassOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes of the file read so far. */
  readonly onBytes: (bytes: number) => void;
}

/** First pass over a CSV file: checks every record, counts rows, finds the type of each column. Appends notices to `notices`. */
export async function profileCsv(input: CsvInput, options: ConvertOptions, notices: Warning[], pass: PassOptions): Promise<Profile> {
  const before = await fingerprint(input);
  const format = await formatOf(input, options, notices, pass.signal);
  let profiles: ColumnProfile[] | undefined;
  let header: readonly string[] = [];
  let rows = 0;
  using probes = new KeyProbes();
  for await (const batch of readRecords(input, format, pass.signal)) {
    ({ header } = batch);
    profiles ??= newProfiles(input.name, header);
    for (const record of batch.records) for (let index = 0; index < profiles.length; index++) profiles[index]!.add(record[index]!);
    probes.add(batch);
    rows += batch.records.length;
    pass.onBytes(batch.bytes);
  }
  if ((await fingerprint(input)) !== before) throw changedError(input.name);
  const columns = toColumns(profiles ?? [], header, options);
  noticeHeader(input, header, columns, format, notices);
  const blanks = (profiles ?? []).map((profile) => profile.blanks);
  return { input, format, header, columns, blanks, rows, rowidKeys: probes.keys, fingerprint: before };
}

async function formatOf(input: CsvInput, options: ConvertOptions, notices: Warning[], signal?: AbortSignal): Promise<CsvFormat> {
  const given = separatorOf(options);
  const encoding = await encodingOf(input, options.encoding, signal);
  if (encoding !== utf8)
    notices.push(warning("ENCODING_TAKEN", `${input.name} is not UTF-8: read as ${encoding}.`, { file: input.name, encoding }));
  if (given !== undefined) return { delimiter: given, encoding };
  const delimiter = await findDelimiter(input, encoding, signal);
  if (delimiter !== input.delimiter)
    notices.push(
      warning(
        "DELIMITER_DETECTED",
        `${input.name} is read with ${shownDelimiter(delimiter)} between columns.`,
        { file: input.name, delimiter },
        setOption("separator", input.delimiter, "if that is wrong"),
      ),
    );
  return { delimiter, encoding };
}

function newProfiles(file: string, header: readonly string[]): ColumnProfile[] {
  if (header.length > maxColumns)
    throw new PublishError(
      "CSV_INVALID",
      `${file} has ${header.length} columns; SQLite takes ${maxColumns}.`,
      [
        { action: "replace-file", file, line: 1, note: "by splitting the file" },
        setOption("separator", undefined, "if the delimiter is another one"),
      ],
      { file, line: 1, columns: header.length, limit: maxColumns },
    );
  return header.map(() => new ColumnProfile());
}

function toColumns(profiles: readonly ColumnProfile[], header: readonly string[], options: ConvertOptions): Column[] {
  const names = columnNames(header);
  return profiles.map((profile, index) => ({
    name: names[index]!,
    type: options.justStrings ? "TEXT" : profile.declaredType,
    nulls: options.emptyAsText ? 0 : profile.blanks,
    example: profile.example,
  }));
}

function noticeHeader(
  input: CsvInput,
  header: readonly string[],
  columns: readonly Column[],
  { delimiter }: CsvFormat,
  notices: Warning[],
): void {
  for (const [index, { name }] of columns.entries())
    if (name !== header[index])
      notices.push(
        warning("COLUMN_RENAMED", `${input.name}: column ${index + 1} (${JSON.stringify(header[index])}) becomes ${name}.`, {
          file: input.name,
          table: input.table,
          column: name,
          wanted: header[index] ?? "",
        }),
      );
  const other = otherDelimiter(header, delimiter);
  if (other !== undefined)
    notices.push(
      warning(
        "DELIMITER_SUSPECT",
        `${input.name} has one column, but its header contains ${JSON.stringify(other)}.`,
        { file: input.name, delimiter: other },
        separatorRemedy(other),
      ),
    );
}

/** The `separator` option as the delimiter of every file; `\t` stands for a tab. */
function separatorOf({ separator }: ConvertOptions): string | undefined {
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
