import type { InputFile } from "../../files/input-file.ts";
import { decodeWhole, utf8 } from "./decoders.ts";
import { readText } from "./encoding.ts";
import { oddStructure } from "./judge.ts";
import type { Line, Sample } from "./sample.ts";

/** Characters of a line that are shown, and how many of them before the first one that is not ASCII. */
const maxShown = 60;
const shownBefore = 20;

/** What is oddly placed in a text of another encoding, at least. */
const clearlyOdd = 0.2;

export interface Excerpt {
  readonly line: number;
  /** A piece of the line, in double quotes. */
  readonly text: string;
  /** The same piece in the other encoding. */
  readonly instead: string;
}

/** A line as it reads in an encoding, and in another one, cut around the first character that is not ASCII. */
export function excerptOf({ line, bytes }: Line, encoding: string, other = encoding): Excerpt {
  const [text, instead] = [encoding, other].map((one) => shown(new TextDecoder(one).decode(bytes))) as [string, string];
  return { line, text, instead };
}

/** A piece of a line in double quotes, without control characters. */
function shown(text: string): string {
  const at = Math.max(0, text.search(/[^\t -~]/) - shownBefore);
  const piece = Array.from(text.slice(at))
    .slice(0, maxShown)
    .join("")
    .replace(/[\r\n]+$/, "")
    .replace(/\p{Cc}/gu, (code) => (code === "\t" ? String.raw`\t` : "\uFFFD"));
  return `${at > 0 ? "…" : ""}"${piece}"${text.length > at + maxShown ? "…" : ""}`;
}

/** The first line that has something like `pattern`; null if none has. @throws PublishError `CSV_ENCODING` */
export async function firstText(
  file: InputFile,
  encoding: string,
  pattern: RegExp,
  signal?: AbortSignal,
): Promise<Omit<Excerpt, "instead"> | null> {
  let lines = 1;
  for await (const { text } of readText(file, encoding, signal)) {
    const found = text.split("\n").findIndex((line) => pattern.test(line));
    if (found >= 0) return { line: lines + found, text: shown(text.split("\n")[found]!) };
    lines += text.split("\n").length - 1;
  }
  return null;
}

/** Whether some lines of a file are UTF-8 and others are not, rather than UTF-8 by chance. */
export function isMixed({ good, goodLines, badLines }: Sample, encoding: string | undefined): boolean {
  if (goodLines === 0) return false;
  if (goodLines > 2 * badLines || encoding === undefined) return true;
  const bytes = Buffer.concat(good.flatMap((line) => [line.bytes, Buffer.from("\n")]));
  const text = decodeWhole(bytes, encoding);
  return text === null || oddStructure(text) >= oddStructure(decodeWhole(bytes, utf8)!) + clearlyOdd;
}
