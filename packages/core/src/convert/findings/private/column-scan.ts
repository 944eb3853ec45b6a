import type { Column } from "../../dataset.ts";
import { copyText } from "../../copy-text.ts";
import { shapeOf } from "../shapes.ts";
import type { Batch } from "../watcher.ts";
import type { SaidByName } from "./column-names.ts";
import type { PrivateFinding, PrivateKind } from "./finding.ts";
import {
  findEmail,
  hasCardForm,
  hasIbanDigits,
  hasPhoneDigits,
  ibanOf,
  isCard,
  isIp,
  isLargeIp,
  isPhone,
  shortestEmail,
  shortestIban,
} from "./kinds.ts";
import { mask } from "./mask.ts";
import { findNationalIds } from "./national-ids.ts";
import { Sample, type Sampled } from "./sample.ts";

const mostSampled = 1000;
const fewestSampled = 100;
/** Values that are kept of all columns of a table together. */
const keptOfTable = 200_000;

/** Values that are kept of each column. */
export function sampleSize(columns: number): number {
  const even = 2 * Math.floor(keptOfTable / columns / 2);
  return Math.min(mostSampled, Math.max(fewestSampled, even));
}

/** E-mail addresses and accounts after which no more are looked for. */
const mostFound = 1000;

interface Found extends Omit<PrivateFinding, "file" | "database" | "table" | "column"> {
  readonly firstLine: number;
}

/** Counts one kind of value, and keeps the first. */
class Matches {
  count = 0;
  first: Sampled | undefined;

  add(value: string, line: number): void {
    this.count++;
    this.first ??= { value: copyText(value), line };
  }
}

/** What one column has of private data: e-mail addresses and bank accounts in all records, everything else by a sample. */
export class ColumnScan {
  readonly #sample: Sample;
  readonly #emails = new Matches();
  readonly #ibans = new Matches();
  readonly #wrongIbans = new Matches();
  /** Records from the next batch on to the one that is sampled next. */
  #wait = 0;
  /** Records up to the one with which so many were found that no more are looked for. */
  #rows: number | undefined;

  constructor(sampled: number) {
    this.#sample = new Sample(sampled);
  }

  get isOpen(): boolean {
    return this.#rows === undefined;
  }

  /** Takes values for the sample; in the place of a blank one the next that is none. */
  sample({ records, lines }: Batch, position: number): void {
    let at = this.#wait;
    while (at < records.length) {
      const value = records[at]![position]!;
      at += value.length === 0 ? 1 : this.#sample.take(value, lines[at]!);
    }
    this.#wait = at - records.length;
  }

  /** Looks for accounts and addresses in all values. @param rows before the batch */
  look({ records, lines }: Batch, position: number, mayHoldEmail: boolean, rows: number): void {
    const shortest = mayHoldEmail ? shortestEmail : shortestIban;
    for (let at = 0; at < records.length && this.isOpen; at++) {
      const value = records[at]![position]!;
      if (value.length < shortest) continue;
      const iban = ibanOf(value);
      if (iban !== undefined) (hasIbanDigits(iban) ? this.#ibans : this.#wrongIbans).add(value, lines[at]!);
      const email = mayHoldEmail ? findEmail(value) : undefined;
      if (email !== undefined) this.#emails.add(email, lines[at]!);
      if (this.#emails.count + this.#ibans.count >= mostFound) this.#rows = rows + at + 1;
    }
  }

  /** Notes how many rows there are. */
  close(rows: number): void {
    this.#rows ??= rows;
  }

  /** What the column most likely holds; nothing in a column of decimals. */
  async finding(type: Column["type"], said: SaidByName | undefined): Promise<Found | undefined> {
    if (type === "REAL" || this.#sample.values.length === 0) return undefined;
    return (
      this.#email() ??
      this.#iban() ??
      this.#card() ??
      (await this.#nationalId(said)) ??
      this.#phone(type, said) ??
      this.#ip(type) ??
      this.#named(type, said)
    );
  }

  #email(): Found | undefined {
    const isColumn = this.#matching((value) => findEmail(value) !== undefined).count > 0.3 * this.#sample.values.length;
    return found(isColumn ? "email" : "email-in-text", this.#emails, this.#rows!, isColumn ? "high" : "medium");
  }

  /** Chance makes one of 97 texts of the form valid: half of those must be. */
  #iban(): Found | undefined {
    if (this.#ibans.count < this.#wrongIbans.count) return undefined;
    return found("iban", this.#ibans, this.#rows!, "high");
  }

  /** Chance makes every tenth number of the form valid: half of those must be. */
  #card(): Found | undefined {
    const [cards, formed] = [this.#matching(isCard), this.#matching(hasCardForm)];
    const { length } = this.#sample.values;
    const isMany = cards.count > 0.3 * length || (cards.count >= 3 && cards.count > 0.05 * length);
    return isMany && 2 * cards.count >= formed.count ? found("card", cards, length, "high") : undefined;
  }

  async #nationalId(said: SaidByName | undefined): Promise<Found | undefined> {
    const ids = await findNationalIds(this.#sample.values, said?.kind === "national-id");
    if (ids === undefined) return undefined;
    const { country, valid, checked } = ids;
    const example = mask(valid[0]!.value);
    return { kind: "national-id", count: valid.length, counted: checked, firstLine: valid[0]!.line, example, confidence: "high", country };
  }

  #phone(type: Column["type"], said: SaidByName | undefined): Found | undefined {
    const isNamed = said?.kind === "phone" && (type === "TEXT" || !said.isAmbiguous);
    if (type === "INTEGER" && !isNamed) return undefined;
    const phones = this.#matching(isNamed ? hasPhoneDigits : isPhone);
    const { length } = this.#sample.values;
    return phones.count > 0.5 * length ? found("phone", phones, length, "medium") : undefined;
  }

  #ip(type: Column["type"]): Found | undefined {
    const ips = type === "TEXT" ? this.#matching(isIp) : new Matches();
    const { length } = this.#sample.values;
    const large = ips.count > 0.8 * length ? this.#matching((value) => isIp(value) && isLargeIp(value)).count : 0;
    return 2 * large > ips.count ? found("ip", ips, length, "medium") : undefined;
  }

  /** By the name alone, where the values do not speak against it. */
  #named(type: Column["type"], said: SaidByName | undefined): Found | undefined {
    if (said === undefined || said.isShort || said.kind === "phone") return undefined;
    const fitting = this.#matching((value) => fits(said.kind, value, type));
    const [first] = this.#sample.values;
    if (2 * fitting.count <= this.#sample.values.length || first === undefined) return undefined;
    const { length } = this.#sample.values;
    return { kind: said.kind, count: fitting.count, counted: length, firstLine: first.line, example: mask(first.value), confidence: "low" };
  }

  #matching(is: (value: string) => boolean): Matches {
    const matches = new Matches();
    for (const { value, line } of this.#sample.values) if (is(value)) matches.add(value, line);
    return matches;
  }
}

function found(kind: PrivateKind, { count, first }: Matches, counted: number, confidence: Found["confidence"]): Found | undefined {
  return first && { kind, count, counted, firstLine: first.line, example: mask(first.value), confidence };
}

/** Whether a value can be what the column's name says. */
function fits(kind: PrivateKind, value: string, type: Column["type"]): boolean {
  const text = value.trim();
  if (kind === "birth-date") return shapeOf(text) === "date" || (/^(?:19|20)\d{6}$/.test(text) && type !== "REAL");
  if (kind === "document" || kind === "national-id") return text.length <= 25 && text.replace(/\D/g, "").length >= 4 && !/\.\d/.test(text);
  return type === "TEXT" && /\p{L}/u.test(text) && (kind === "address" || !/\d/.test(text));
}
