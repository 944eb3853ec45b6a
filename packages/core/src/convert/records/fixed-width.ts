import type { Sample } from "./sample.ts";

/** Lines that are looked at. */
const maxLines = 200;
/** Lines that tell. */
const minLines = 3;

/** Whether the lines of a text look like columns of fixed width: all have spaces at the same places, with text on both sides. */
export function looksFixedWidth({ text, whole }: Sample): boolean {
  const all = text.split(/\r\n|\r|\n/, maxLines + 1);
  const lines = (whole ? all : all.slice(0, -1)).slice(0, maxLines).filter((line) => line.trim() !== "");
  if (lines.length < minLines || lines.filter((line) => /\S {2,}\S/.test(line)).length * 2 < lines.length) return false;
  const length = Math.min(...lines.map((line) => line.trimEnd().length));
  for (let at = 1; at < length; at++)
    if (lines.every((line) => line[at] === " ") && lines.every((line) => line.slice(0, at).trim() !== "")) return true;
  return false;
}
