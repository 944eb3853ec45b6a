import type { Evidence } from "../dataset.ts";
import { copyText } from "../copy-text.ts";

/** Where a column's fields come from just now. */
export class Place {
  /** Unset: there is only one file. */
  file: string | undefined;

  evidence(value: string, line: number): Evidence & { readonly value: string } {
    return { value: copyText(value), line, ...(this.file === undefined ? {} : { file: this.file }) };
  }
}
