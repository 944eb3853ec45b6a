/** The delimiter that Excel's `sep=;` names in the first line of a file, and with it how Excel reads the rest; null: there is no such line. */
export function separatorLine(text: string): string | null {
  const [, quoted, plain] = /^(?:"sep=([^"\r\n])"|sep=([^"\r\n]))(?:[\r\n]|$)/i.exec(text) ?? [];
  return quoted ?? plain ?? null;
}
