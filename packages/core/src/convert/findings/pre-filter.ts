import type { Batch } from "./watcher.ts";

/** Tells whether the text of some records can hold something, without a look at each field. */
export class PreFilter {
  readonly #holds: (text: string) => boolean;
  /** A record that begins in one piece of text may come with a later one. */
  #isPending = false;

  constructor(holds: (text: string) => boolean) {
    this.#holds = holds;
  }

  mayHold({ records, text }: Batch): boolean {
    const isHere = text === undefined || this.#holds(text);
    const isFound = isHere || this.#isPending;
    this.#isPending = records.length === 0 ? isFound : isHere;
    return isFound && records.length > 0;
  }
}
