import { PublishError } from "../../errors/publish-error.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import type { InputFile } from "../../files/input-file.ts";
import { endLength, readText } from "./encoding.ts";
import type { Scan } from "./scan.ts";
import { substitute } from "./unicode.ts";

/** Lines that a message names. */
const mostNamed = 3;

const marks: Readonly<Record<string, string>> = { "utf-16le": "\xff\xfe", "utf-16be": "\xfe\xff" };

/**
 * Tells of what is no text in a text file: byte order marks that are not at its start, and a Ctrl-Z at its end. The text is without
 * those at its start and end; a record is without a mark before it.
 * @throws PublishError `CSV_INVALID` for a NUL, `CSV_ENCODING` for UTF-16 that is none
 */
export async function checkMarks(file: InputFile, encoding: string, scan: Scan, notices: Warning[], signal?: AbortSignal): Promise<void> {
  const repeated = marksAtStart(scan.start, encoding) - 1;
  const note = (what: string, facts: object): void =>
    void notices.push(warning("STRAY_MARK", `${file.name} ${what}.`, { file: file.name, ...facts }));
  if (repeated > 0) note(`begins with ${repeated + 1} byte order marks: they are left out`, { line: 1, count: repeated });
  if (endsInSubstitute(scan.end, encoding)) note("ends with Ctrl-Z, as DOS ended texts: it is left out", {});
  if (!scan.hasMark && !scan.hasNul && !encoding.startsWith("utf-16")) return;
  const { atStart, within, nul } = await findStray(file, encoding, signal);
  if (nul !== null) throw nulError(file.name, nul);
  if (atStart.length > 0) note(`has ${named(atStart)}: left out where a record begins`, { line: atStart[0]!, count: atStart.length });
  if (within.length > 0) note(`has ${named(within)}, within a record: kept`, { line: within[0]!, count: within.length });
}

function marksAtStart(start: Buffer, encoding: string): number {
  const mark = marks[encoding] ?? "\xef\xbb\xbf";
  const text = start.toString("latin1");
  let count = 0;
  while (text.startsWith(mark, count * mark.length)) count++;
  return count;
}

function endsInSubstitute(end: Buffer, encoding: string): boolean {
  const text = encoding.startsWith("utf-16") ? new TextDecoder(encoding).decode(end.subarray(end.length % 2)) : end.toString("latin1");
  return endLength(text) > 0;
}

/** Byte order marks and where they are. */
function named(lines: readonly number[]): string {
  if (lines.length === 1) return `a byte order mark in line ${lines[0]}`;
  const more = lines.length - mostNamed;
  return `byte order marks in lines ${lines.slice(0, mostNamed).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

interface Nul {
  readonly line: number;
  count: number;
  /** Nothing but more of them and line ends comes after the first one. */
  isPadding: boolean;
}

interface Stray {
  /** Lines that begin with a byte order mark. */
  readonly atStart: number[];
  /** Lines that have one elsewhere. */
  readonly within: number[];
  nul: Nul | null;
}

async function findStray(file: InputFile, encoding: string, signal?: AbortSignal): Promise<Stray> {
  const stray: Stray = { atStart: [], within: [], nul: null };
  let line = 1;
  let before = "\n";
  for await (const { text } of readText(file, encoding, signal)) {
    // What comes after the first NUL, once there is one.
    const after = stray.nul ? text : text.includes("\0") ? text.slice(text.indexOf("\0") + 1) : "";
    for (const { 0: found, index } of text.matchAll(/[\n\0\uFEFF]/g)) {
      if (found === "\n") line++;
      else if (found === "\0") (stray.nul ??= { line, count: 0, isPadding: true }).count++;
      else (/[\r\n]/.test(index === 0 ? before : text[index - 1]!) ? stray.atStart : stray.within).push(line);
    }
    if (stray.nul && /[^\0\r\n]/.test(after.replaceAll(substitute, ""))) stray.nul.isPadding = false;
    before = text.at(-1) ?? before;
  }
  if (stray.nul?.count === 1) stray.nul.isPadding = false;
  return stray;
}

function nulError(file: string, { line, count, isPadding }: Nul): PublishError {
  const many = `${count} NUL character${count === 1 ? "" : "s"}`;
  const message = isPadding
    ? `${file} ends with ${many}, from line ${line} on: padding, not data.`
    : `${file}, line ${line}: a NUL character.`;
  const note = isPadding
    ? "by fetching or exporting it again, as its end may be lost"
    : "by removing the NUL character, or by exporting it again";
  return new PublishError("CSV_INVALID", message, { action: "replace-file", file, line, note }, { file, line, count, isPadding });
}
