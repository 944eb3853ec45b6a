import { copyText } from "../copy-text.ts";

/** The first code unit that sorts otherwise in UTF-16 than by code point. */
const firstSurrogate = 0xd800;
/** How often what is kept is copied, so that it holds little of the file's text. */
const addsUntilCopied = 512;
/** Characters that are compared one by one; for more, comparing whole texts is faster. */
const mostCompared = 16;

/** Whether `a` stands before `b` in the order of code points, as SQLite compares text. */
export function isBefore(a: string, b: string): boolean {
  const at = countShared(a, b, Math.min(a.length, b.length));
  if (at === a.length || at === b.length) return a.length < b.length;
  const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
  return left < firstSurrogate || right < firstSurrogate ? left < right : a.codePointAt(at)! < b.codePointAt(at)!;
}

/** Characters at the start that two texts share, at most `most`, which neither is shorter than. */
function countShared(a: string, b: string, most: number): number {
  let at = 0;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

function hasHigh(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) >= firstSurrogate) return true;
  return false;
}

/** The first and the last of many texts in the order of code points. Most texts are between them, and found to be by few characters. */
export class TextRange {
  #least: string | undefined;
  #greatest = "";
  /** Characters at the start that the two share. */
  #shared = 0;
  /** Their code units after these: a text with one between them, and the same start, is between them. */
  #low = -1;
  #high = -1;
  /** One of the two has characters that sort otherwise in JavaScript than in SQLite. */
  #isHigh = false;
  #untilCopied = addsUntilCopied;

  get least(): string | null {
    return this.#least ?? null;
  }

  get greatest(): string | null {
    return this.#least === undefined ? null : this.#greatest;
  }

  add(text: string): void {
    if (--this.#untilCopied === 0) this.#copy();
    const least = this.#least;
    if (least === undefined) return this.#start(text);
    const shared = this.#shared;
    if (shared < mostCompared && shared < text.length) {
      const code = text.charCodeAt(shared);
      if (code > this.#low && code < this.#high && countShared(text, least, shared) === shared) return;
    }
    if (!this.#isHigh && text >= least && text <= this.#greatest) return;
    this.#widen(text, least);
  }

  #start(text: string): void {
    this.#least = this.#greatest = copyText(text);
    this.#isHigh = hasHigh(text);
    this.#shared = text.length;
  }

  #widen(text: string, least: string): void {
    const isLess = isBefore(text, least);
    if (!isLess && !isBefore(this.#greatest, text)) return;
    if (isLess) this.#least = text;
    else this.#greatest = text;
    this.#isHigh ||= hasHigh(text);
    const [from, to] = [this.#least!, this.#greatest];
    const shared = countShared(from, to, Math.min(from.length, to.length, this.#shared));
    this.#shared = shared;
    this.#low = shared < from.length ? from.charCodeAt(shared) : -1;
    this.#high = Math.min(to.charCodeAt(shared), firstSurrogate);
  }

  #copy(): void {
    this.#untilCopied = addsUntilCopied;
    if (this.#least === undefined) return;
    this.#least = copyText(this.#least);
    this.#greatest = copyText(this.#greatest);
  }
}
