/**
 * The delimiter that Excel's `sep=;` names in the first line of a file, and with it how Excel reads the rest; null: there is no such
 * line. Spaces may follow, and delimiters where the line was saved again as a record of one field.
 */
export function separatorLine(text: string): string | null {
  const [, quote = "", delimiter, rest = ""] = /^("?)sep=(\\t|[^"\r\n])([^\r\n]*)/i.exec(text) ?? [];
  if (delimiter === undefined || !rest.startsWith(quote)) return null;
  const found = delimiter === String.raw`\t` ? "\t" : delimiter;
  return rest.slice(quote.length).replaceAll(found, "").trim() === "" ? found : null;
}
