import { open, readlink } from "node:fs/promises";
import { PublishError } from "../../errors/publish-error.ts";
import { toRemedies } from "../../errors/remedies.ts";
import { inputError, type InputFile } from "../../files/input-file.ts";
import { unicodeOf } from "../text/unicode.ts";
import {
  annexPointer,
  delimitedText,
  formatOfName,
  formats,
  gzipFile,
  otherText,
  unknownData,
  zipArchive,
  type Format,
} from "./formats.ts";

/** Bytes at the start of a file that are looked at. */
export const startBytes = 8192;

/** Ends of the names of what SQLite keeps beside a database (sqlite.org/tempfiles.html). */
export const companion = /-(wal|shm|journal)$/;

/** The format of a file, by its first 8 KiB and its name. @throws PublishError `INPUT_*` */
export async function identify({ path, name, label }: InputFile & { readonly label: string }): Promise<Format> {
  try {
    await using file = await open(path, "r");
    const { buffer, bytesRead } = await file.read(Buffer.alloc(startBytes), 0, startBytes, 0);
    return formatOf(buffer.subarray(0, bytesRead), label);
  } catch (error) {
    if (await isAnnexed(path)) throw unsupported(name, annexPointer);
    throw inputError(name, error);
  }
}

/** Whether a path is a link to what git-annex has not fetched. */
export async function isAnnexed(path: string): Promise<boolean> {
  const target = await readlink(path).catch(() => "");
  return annexPointer.pattern!.test(target);
}

/** The format of a file that begins with `start`; what it begins with counts for more than its name. */
export function formatOf(start: Buffer, label: string): Format {
  const named = formatOfName(label);
  const text = textOf(start);
  const found = formats.find((format) => isLike(format, text ?? start.toString("latin1")));
  // Many formats are a zip or gzip file inside.
  if (found !== undefined) return isContainer(found) && named !== undefined && named.read === undefined ? named : found;
  if (text === null) return ofBinary(start, named);
  // The name of a format that is no text is wrong, as those of tables saved by other programs are: table.xls.
  return named === undefined || named.magic !== undefined ? otherText : named;
}

const isContainer = (format: Format): boolean => format === zipArchive || format === gzipFile;

function isLike({ magic, pattern }: Format, text: string): boolean {
  if (magic === undefined && pattern === undefined) return false;
  return (magic?.some((bytes) => text.startsWith(bytes)) ?? true) && (pattern?.test(text) ?? true);
}

function ofBinary(start: Buffer, named: Format | undefined): Format {
  const isText = named === delimitedText || named === otherText;
  if (isText && !start.some(isControl)) return named;
  return named === undefined || named.read !== undefined ? unknownData : named;
}

/** A control character that no text has; text with a NUL in it is told by that. */
const isControl = (byte: number): boolean => (byte > 0 && byte < 9) || (byte > 13 && byte < 26);

/** The start of a file as text, where it is any: ASCII at least. */
function textOf(start: Buffer): string | null {
  const unicode = unicodeOf(start);
  if (unicode?.encoding.startsWith("utf-16")) return new TextDecoder(unicode.encoding).decode(start, { stream: true });
  if (unicode?.encoding.startsWith("utf-32")) return "";
  return start.includes(0) ? null : start.subarray(unicode?.markBytes ?? 0).toString("latin1");
}

/** The `INPUT_UNSUPPORTED` error for a file of which no table comes. */
export function unsupported(
  file: string,
  { name, advice = "Give a CSV, TSV or SQLite file, or a folder or zip archive of them." }: Format,
): PublishError {
  const remedies = [...toRemedies(advice), { action: "leave-out", file } as const];
  return new PublishError("INPUT_UNSUPPORTED", `${file} is ${name}.`, remedies, { file, format: name });
}
