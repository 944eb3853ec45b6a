import { isPublishError } from "../../errors/publish-error.ts";
import { delimiters, Tokenizer } from "./csv.ts";
import type { CsvInput } from "../formats/name-inputs.ts";
import { readText, type TextChunk } from "../text/encoding.ts";

/** Pieces of a file that are looked at; the second tells whether a small file ends there. */
const piecesRead = 2;

/**
 * What parts the columns of a file: what its extension says, unless that leaves the header in one column, and another
 * delimiter gives it and every record at the file's start the same, larger number of columns.
 * @throws PublishError `CSV_ENCODING`
 */
export async function findDelimiter(input: CsvInput, encoding: string, signal?: AbortSignal): Promise<string> {
  const start: TextChunk[] = [];
  for await (const piece of readText(input, encoding, signal)) if (start.push(piece) === piecesRead) break;
  if (readStart(input, input.delimiter, start).columns > 1) return input.delimiter;
  const others = delimiters.filter((delimiter) => delimiter !== input.delimiter);
  const read = others.map((delimiter) => ({ delimiter, ...readStart(input, delimiter, start) }));
  const [most] = read.filter(({ columns, even }) => even && columns > 1).toSorted((a, b) => b.columns - a.columns);
  return most?.delimiter ?? input.delimiter;
}

/** Columns of the header (0 when it cannot be read), and whether every record has as many. */
function readStart({ name }: CsvInput, delimiter: string, start: readonly TextChunk[]): { columns: number; even: boolean } {
  const tokenizer = new Tokenizer(name, delimiter);
  const columns = (): number => tokenizer.header?.length ?? 0;
  try {
    for (const { text, final } of start) tokenizer.push(text, final);
    return { columns: columns(), even: true };
  } catch (error) {
    if (!isPublishError(error)) throw error;
    return { columns: columns(), even: false };
  }
}
