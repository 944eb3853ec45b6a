import { PublishError } from "../../errors/publish-error.ts";
import { setOption } from "../../errors/remedies.ts";
import type { InputFile } from "../../files/input-file.ts";
import { readText } from "../text/encoding.ts";
import { counted, RaggedErrors } from "./ragged.ts";
import type { Reading, RecordBatch } from "./reading.ts";
import { findRivals } from "./candidates.ts";
import { ofFile } from "./of-file.ts";
import { Tokenizer } from "./tokenizer.ts";

export type { RecordBatch } from "./reading.ts";

/**
 * Reads a file as batches of records, in bounded memory, as its reading says. Every record has as many fields as the header.
 * Where ragged records are refused, all are counted before the error is thrown.
 * @throws PublishError `CSV_INVALID` with file and line, `CSV_ENCODING`.
 */
export async function* readRecords(file: InputFile, reading: Reading, signal?: AbortSignal): AsyncGenerator<RecordBatch> {
  const errors = new RaggedErrors(file.name);
  for await (const batch of withoutEnd(readAll(file, reading, signal), reading.skipEnd)) {
    errors.add(batch);
    yield batch;
  }
  if (errors.hasAny) throw errors.toError(await findRivals(file, reading, signal));
}

async function* readAll(file: InputFile, reading: Reading, signal?: AbortSignal): AsyncGenerator<RecordBatch> {
  const tokenizer = new Tokenizer(file.name, reading);
  for await (const { text, bytes, final } of readText(file, reading.encoding, signal)) {
    const { records, lines, ragged, text: piece } = tokenizer.push(text, final);
    const { header } = tokenizer;
    if (header !== undefined) yield { header, records, lines, ragged, text: piece, bytes };
  }
  if (tokenizer.header === undefined) throw emptyError(file, reading);
}

/** The batches without the last `count` records, whether they fit or not. A batch waits until as many have come after it. */
async function* withoutEnd(batches: AsyncGenerator<RecordBatch>, count: number): AsyncGenerator<RecordBatch> {
  if (count === 0) {
    yield* batches;
    return;
  }
  const waiting: RecordBatch[] = [];
  let after = 0;
  for await (const batch of batches) {
    waiting.push(batch);
    after += recordsOf(batch);
    while (after - recordsOf(waiting[0]!) >= count) {
      after -= recordsOf(waiting[0]!);
      yield waiting.shift()!;
    }
  }
  let left = Math.max(0, after - count);
  for (const batch of waiting) {
    const kept = Math.min(left, recordsOf(batch));
    left -= kept;
    yield firstOf(batch, kept);
  }
}

const isLeftOut = ({ handling }: RecordBatch["ragged"][number]): boolean => handling !== "pad";

/** All records of the file's piece, those that do not fit too. */
function recordsOf({ records, ragged }: RecordBatch): number {
  return records.length + ragged.filter(isLeftOut).length;
}

/** The first `count` records of a batch. */
function firstOf(batch: RecordBatch, count: number): RecordBatch {
  const all = [...batch.lines, ...batch.ragged.filter(isLeftOut).map(({ line }) => line)].sort((a, b) => a - b);
  const end = all[count] ?? Infinity;
  const kept = batch.lines.filter((line) => line < end);
  return { ...batch, records: batch.records.slice(0, kept.length), lines: kept, ragged: batch.ragged.filter(({ line }) => line < end) };
}

function emptyError({ name: file }: InputFile, { skip, headerRows }: Reading): PublishError {
  const line = skip + 1;
  const isUsual = skip === 0 && headerRows <= 1;
  const message = isUsual
    ? `${file} is empty: it has no header.`
    : `${file} has no header of ${counted(headerRows, "record")} from line ${line} on.`;
  return new PublishError(
    "CSV_INVALID",
    message,
    [
      ...(skip > 0 ? [setOption("skip", ofFile(file, 0), "or with fewer lines")] : []),
      ...(headerRows > 1 ? [setOption("headerRows", ofFile(file, 1), "or with fewer records")] : []),
      { action: "leave-out", file },
      { action: "replace-file", file, line, note: "by adding a header" },
    ],
    { file, line },
  );
}
