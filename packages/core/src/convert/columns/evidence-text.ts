import type { Evidence } from "../dataset.ts";

const longest = 60;

/** A value as a message shows it, in quotes and cut; or only that there is one. */
export function shownText({ value }: Partial<Evidence>, isShown = true): string {
  if (value === undefined || !isShown) return "the value";
  return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value);
}

/** ` on line 3`, ` on line 3 of b.csv`; nothing where there is no line. */
export function placeOf({ line, file }: Partial<Evidence>): string {
  return line === undefined ? "" : ` on line ${line}${file === undefined ? "" : ` of ${file}`}`;
}
