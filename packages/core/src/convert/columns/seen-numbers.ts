/** How many different numbers of a column are remembered at most. */
export const maxSeenNumbers = 100_000;

/** Slots that the columns of one table have for numbers, all together: 12 bytes each. */
export class NumberMemory {
  #slots = 1 << 23;

  take(slots: number): boolean {
    if (slots > this.#slots) return false;
    this.#slots -= slots;
    return true;
  }

  give(slots: number): void {
    this.#slots += slots;
  }
}

const firstSlots = 64;
const halves = new Uint32Array(2);
const double = new Float64Array(halves.buffer);

/**
 * The different numbers of a column, each with how it is written: so a number that comes a second time has the same text or another one.
 * A hash table in two arrays, with open addressing: 10 times smaller than a Map, and nothing is allocated for a number.
 */
export class SeenNumbers {
  readonly #memory: NumberMemory;
  #values = new Float64Array(0);
  /** Of each value its form and 1, so that 0 is a free slot. */
  #forms = new Int32Array(0);
  #shift = 32;
  size = 0;

  constructor(memory: NumberMemory) {
    this.#memory = memory;
  }

  /** What {@link add} answers for a number that did not come before, and when there is no room for it. */
  static readonly fresh = -1;
  static readonly full = -2;

  /** The form of `value` where it was added before; else adds it, and is `fresh` or `full`. */
  add(value: number, form: number): number {
    if (this.size * 2 >= this.#values.length && !this.#grow()) return SeenNumbers.full;
    const slot = this.#slotOf(value);
    const found = this.#forms[slot]!;
    if (found !== 0) return found - 1;
    if (this.size === maxSeenNumbers) return SeenNumbers.full;
    this.#values[slot] = value;
    this.#forms[slot] = form + 1;
    this.size++;
    return SeenNumbers.fresh;
  }

  #slotOf(value: number): number {
    double[0] = value;
    const mask = this.#values.length - 1;
    let slot = Math.imul(halves[0]! ^ Math.imul(halves[1]!, 0x85ebca6b), 0x9e3779b1) >>> this.#shift;
    while (this.#forms[slot] !== 0 && this.#values[slot] !== value) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): boolean {
    const slots = Math.max(firstSlots, this.#values.length * 2);
    if (!this.#memory.take(slots)) return false;
    const [values, forms] = [this.#values, this.#forms];
    this.#values = new Float64Array(slots);
    this.#forms = new Int32Array(slots);
    this.#shift = Math.clz32(slots - 1);
    for (let old = 0; old < forms.length; old++) {
      if (forms[old] === 0) continue;
      const slot = this.#slotOf(values[old]!);
      this.#values[slot] = values[old]!;
      this.#forms[slot] = forms[old]!;
    }
    this.#memory.give(values.length);
    return true;
  }

  /** Frees the memory. */
  clear(): void {
    this.#memory.give(this.#values.length);
    this.#values = new Float64Array(0);
    this.#forms = new Int32Array(0);
    this.size = 0;
  }
}
