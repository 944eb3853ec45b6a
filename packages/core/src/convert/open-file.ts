import { PublishError } from "../errors/publish-error.ts";
import { setOption } from "../errors/remedies.ts";
import type { Warning } from "../events/warnings.ts";
import { fingerprint } from "../files/input-file.ts";
import type { CsvInput } from "./formats/name-inputs.ts";
import { readRecords } from "./records/csv.ts";
import { findReading } from "./records/find-reading.ts";
import type { Reading } from "./records/reading.ts";
import type { OpenedFile } from "./table-profile.ts";
import { maxColumns } from "./tables/column-plan.ts";
import { findEncoding } from "./text/find-encoding.ts";

/**
 * Finds how a file is to be read, and the names of its columns. Appends to `notices` what was found in it.
 * @throws PublishError `CSV_INVALID`, `CSV_ENCODING`, `OPTION_INVALID`, `INPUT_*`, with the file
 */
export async function openFile(input: CsvInput, notices: Warning[], signal?: AbortSignal): Promise<OpenedFile> {
  const before = await fingerprint(input);
  const encoding = await findEncoding(input, input.settings.encoding, notices, signal);
  const reading = await findReading(input, encoding, input.settings, notices, signal);
  const header = await readHeader(input, reading, signal);
  requireWidth(input.name, header);
  return { input, reading, header, fingerprint: before };
}

async function readHeader(input: CsvInput, reading: Reading, signal: AbortSignal | undefined): Promise<readonly string[]> {
  // The records at the end are no matter here, and would have to be read.
  for await (const { header } of readRecords(input, { ...reading, skipEnd: 0 }, signal)) return header;
  return [];
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
