import { distance } from "fastest-levenshtein";

/** The one of `words` that `typed` most likely stands for: it begins only that one, or two letters at most are wrong in it, or swapped. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const begun = words.filter((word) => typed.length > 2 && word.startsWith(typed));
  if (begun.length === 1) return begun[0];
  const [closest] = words
    .map((word) => ({ word, edits: Math.min(distance(typed, word), ...swapped(typed).map((each) => 1 + distance(each, word))) }))
    .filter(({ edits }) => edits <= 2 && (edits < typed.length / 2 || (edits === 1 && typed.length === 2)))
    .sort((a, b) => a.edits - b.edits);
  return closest?.word;
}

/** `typed` with two letters that follow each other swapped, for each such two. */
function swapped(typed: string): readonly string[] {
  return Array.from(
    { length: Math.max(0, typed.length - 1) },
    (_, at) => typed.slice(0, at) + typed[at + 1]! + typed[at]! + typed.slice(at + 2),
  );
}
