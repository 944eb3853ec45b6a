import type { Column, Evidence } from "../dataset.ts";
import { copyText } from "../copy-text.ts";
import { exactNumber } from "./exact-number.ts";
import { Place } from "./place.ts";
import type { ColumnProfile, ColumnVerdict, ProfileSettings, Stored } from "./profile-column.ts";
import type { Rewriter } from "./rewriter.ts";
import { rewritingNotices } from "./rewriting-notices.ts";
import { Way, type DeclaredType } from "./way.ts";

/** A column that its owner wants rewritten: as dates, or as numbers. What cannot be read stays as it is. */
export class RewrittenColumn implements ColumnProfile {
  readonly #rewriter: Rewriter;
  readonly #settings: ProfileSettings;
  readonly #nullWords: ReadonlySet<string>;
  readonly #place = new Place();
  readonly #ways: readonly Way[];
  /** The first field that two ways read differently, by the positions of the two. */
  readonly #differing = new Map<string, Evidence>();
  readonly #readings: (string | undefined)[];
  #blanks = 0;
  #nullWordsSeen = 0;
  #example: string | null = null;
  #timed: (Evidence & { count: number }) | undefined;

  constructor(rewriter: Rewriter, settings: ProfileSettings) {
    this.#rewriter = rewriter;
    this.#settings = settings;
    this.#nullWords = new Set(settings.null);
    const declared = settings.type?.toUpperCase() as DeclaredType;
    this.#ways = rewriter.ways.map(() => new Way(rewriter, this.#place, declared));
    this.#readings = rewriter.ways.map(() => undefined);
  }

  startFile(file: string): void {
    this.#place.file = file;
  }

  add(field: string, line: number): void {
    if (field === "") this.#blanks++;
    else if (this.#nullWords.has(field)) this.#nullWordsSeen++;
    else {
      this.#example ??= copyText(field);
      for (const [index, way] of this.#ways.entries()) way.add(field, (this.#readings[index] = this.#rewriter.read(field, index)), line);
      if (this.#readings.length > 1) this.#compare(field, line);
      if (this.#rewriter.leavesOutTime?.(field))
        this.#timed = { ...(this.#timed ?? this.#place.evidence(field, line)), count: (this.#timed?.count ?? 0) + 1 };
    }
  }

  #compare(field: string, line: number): void {
    const readings = this.#readings;
    for (let a = 0; a < readings.length; a++)
      for (let b = a + 1; b < readings.length; b++) {
        if (readings[a] === undefined || readings[b] === undefined || readings[a] === readings[b]) continue;
        if (!this.#differing.has(`${a} ${b}`)) this.#differing.set(`${a} ${b}`, this.#place.evidence(field, line));
      }
  }

  finish(): ColumnVerdict {
    const best = this.#best;
    const way = this.#ways[best]!;
    const { type, reason } = way.verdict;
    const rewriter = this.#rewriter;
    const { emptyAsText } = this.#settings;
    const nulls = (emptyAsText ? 0 : this.#blanks) + this.#nullWordsSeen;
    const converted = { ...way.conversion, ...(this.#isChosen && { way: rewriter.ways[best]! }) };
    const found = { rewriter, way: best, converted, timed: this.#timed, rival: this.#rivalOf(best) };
    return {
      report: { type, nulls, example: this.#example, reason, ...way.report, converted },
      blanks: this.#blanks,
      toStored: storing(rewriter, best, type, emptyAsText ?? false, this.#nullWords),
      notices: (file, table, column, isShown) => rewritingNotices(found, { file, table, column, isShown: isShown ?? true }),
    };
  }

  /** The position of the way that reads the most fields; of several, the one to assume. */
  get #best(): number {
    const most = Math.max(...this.#ways.map(({ count }) => count));
    const first = this.#ways.findIndex(({ count }) => count === most);
    const differing = this.#rivalOf(first)?.differing.value;
    const assumed = differing === undefined ? undefined : this.#rewriter.assume?.(differing);
    return assumed !== undefined && this.#ways[assumed]!.count === most ? assumed : first;
  }

  /** Whether it matters which way is taken. */
  get #isChosen(): boolean {
    return this.#differing.size > 0 || this.#ways.some(({ count }) => count !== this.#ways[0]!.count);
  }

  /** Another way that reads as many fields as `best`, and a field that it reads differently. */
  #rivalOf(best: number): { readonly way: number; readonly differing: Evidence } | undefined {
    for (const [way, { count }] of this.#ways.entries()) {
      const differing = this.#differing.get(`${Math.min(best, way)} ${Math.max(best, way)}`);
      if (differing !== undefined && count === this.#ways[best]!.count) return { way, differing };
    }
    return undefined;
  }
}

function storing(
  rewriter: Rewriter,
  way: number,
  type: Column["type"],
  emptyAsText: boolean,
  nullWords: ReadonlySet<string>,
): ColumnVerdict["toStored"] {
  const blank = emptyAsText ? "" : null;
  const isKeptAsText = !rewriter.isNumber || type === "TEXT";
  return (field) => {
    if (field === "") return blank;
    if (nullWords.has(field)) return null;
    const text = rewriter.read(field, way);
    if (text === undefined) return field;
    return isKeptAsText ? text : toNumber(field, text, type);
  };
}

/** The number of a field; the field itself where a number would lose digits. A column without affinity keeps a number as it comes. */
function toNumber(field: string, text: string, type: Column["type"]): Stored {
  const number = exactNumber(text) ?? field;
  return type === "BLOB" && Number.isSafeInteger(number) && /^\s*[+-]?\d+\s*$/.test(text) ? BigInt(number) : number;
}
