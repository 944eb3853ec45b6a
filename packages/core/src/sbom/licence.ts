/** A licence: an SPDX expression, or what a package calls it. */
export type Licence = { readonly id: string } | { readonly name: string };

/** Longest name that is one, and no licence's whole text. */
const maxNameLength = 100;

/**
 * What a wheel's METADATA says of its licence: `License-Expression` (PEP 639) is an SPDX expression; older ones have a name in `License`,
 * or a classifier. Null when it says nothing: its licence's text is in the image all the same.
 */
export function licenceOfWheel(metadata: string): Licence | null {
  const head = metadata.split(/\r?\n\r?\n/, 1)[0]!;
  const of = (name: string) => new RegExp(`^${name}: *(.+?)\\r?$`, "m").exec(head)?.[1];
  const expression = of("License-Expression");
  // A reference of its own would have to be explained in the same document.
  if (expression !== undefined) return expression.includes("LicenseRef-") ? { name: expression } : { id: expression };
  const name = of("License") ?? /^Classifier: License ::.*:: (.+?)\r?$/m.exec(head)?.[1];
  return name === undefined || name.length > maxNameLength || name === "UNKNOWN" ? null : { name };
}
