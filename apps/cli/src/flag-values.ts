import type { Given } from "./flags.ts";

/** The values of a flag that may be given several times. */
export function valuesOf(flags: Given, flag: string): readonly string[] {
  const value = flags[flag];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** `OF=VALUE`, by the last equals sign. */
const valueEnd = /^([^]+)=([^=]*)$/;

/** What a value is of, where that is said, and the value. */
export function splitValue(text: string, form = valueEnd): readonly [of: string | undefined, value: string] {
  const [, of, value] = form.exec(text) ?? [];
  return of === undefined || value === undefined ? [undefined, text] : [of, value];
}
