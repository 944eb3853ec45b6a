import { copyText } from "../../copy-text.ts";

/** A value, and the line that its record starts on. */
export interface Sampled {
  readonly value: string;
  readonly line: number;
}

/** Characters that are kept of a value: nothing that is looked for in a sample is longer. */
const mostCharacters = 1000;

/** Some values of a column, the first among them, at even distances over all of it; the same for the same column. */
export class Sample {
  readonly #most: number;
  #values: Sampled[] = [];
  #stride = 1;

  /** @param most even */
  constructor(most: number) {
    this.#most = most;
  }

  get values(): readonly Sampled[] {
    return this.#values;
  }

  /** Takes a value. @returns how many records on the next one is to be taken */
  take(value: string, line: number): number {
    if (this.#values.length === this.#most) {
      this.#values = this.#values.filter((_, at) => at % 2 === 0);
      this.#stride *= 2;
      // `most` is even: this value is the next that the longer stride takes.
    }
    this.#values.push({ value: copyText(value.slice(0, mostCharacters)), line });
    return this.#stride;
  }
}
