/** What is said of a name that nothing can have. */
interface NameTexts {
  readonly nameMissing: string;
  readonly nameTaken: string;
}

/** Why something cannot be called so beside others, whose names differ in more than upper and lower case; null: it can. */
export function nameError(wanted: string, others: readonly string[], texts: NameTexts): string | null {
  if (wanted === "") return texts.nameMissing;
  return others.some((other) => other.toLowerCase() === wanted.toLowerCase()) ? texts.nameTaken : null;
}
