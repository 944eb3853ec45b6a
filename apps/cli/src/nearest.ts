import { distance } from "fastest-levenshtein";

/** The one of `words` that `typed` most likely stands for: it begins only that one, or two letters at most are wrong in it. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const begun = words.filter((word) => typed.length > 2 && word.startsWith(typed));
  if (begun.length === 1) return begun[0];
  const [closest] = words
    .map((word) => ({ word, edits: distance(typed, word) }))
    .filter(({ edits }) => edits <= 2 && edits < typed.length / 2)
    .sort((a, b) => a.edits - b.edits);
  return closest?.word;
}
