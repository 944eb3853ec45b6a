import type { OptionValue, OptionValues, Place, PlaceCard, PlaceOption } from "@datasette-publish/workbench/protocol";
import type { FieldError } from "../../parts/error-summary.tsx";
import { publish as words } from "../../words/publish.ts";

/** An option of a place as a form shows it. */
export interface Field {
  readonly option: PlaceOption;
  readonly label: string;
  readonly help: string;
  /** What a choice is called; a choice without a name is called as the host calls it. */
  readonly names: Readonly<Record<string, string>>;
}

/** What is to be filled in at once, and what is folded. */
export interface Fields {
  readonly main: readonly Field[];
  readonly more: readonly Field[];
}

/** A value that was typed, or why it is none. `value` is unset for an empty field: the usual value. */
export type Reading = { readonly value?: OptionValue } | { readonly problem: string };

/** A place's form. All that a publish can do without is folded, as few want to know of it. */
export function fieldsOf(card: PlaceCard): Fields {
  const fields = card.options.map((option) => fieldOf(card.provider, option, card.options));
  return { main: fields.filter(isMain), more: fields.filter((field) => !isMain(field)).toSorted(byLevel) };
}

const isMain = ({ option }: Field): boolean => option.required === true && option.default === undefined;

const byLevel = ({ option: a }: Field, { option: b }: Field): number => Number(a.level === "more") - Number(b.level === "more");

function fieldOf(provider: string, option: PlaceOption, options: readonly PlaceOption[]): Field {
  const key = `${provider}.${option.name}`;
  const { label = option.label, help = plainDescription(option.description, options) } = words.options[key] ?? {};
  return { option, label, help, names: words.choices[key] ?? {} };
}

/** A description without marks: it names other options by their keys in braces, and code in back quotes. */
function plainDescription(description: string, options: readonly PlaceOption[]): string {
  const named = description.replaceAll(/\{(\w+)\}/g, (_all, name: string) => options.find((one) => one.name === name)?.label ?? name);
  return named.replaceAll("`", "");
}

/** A value as a field shows it; of a list, one in each line. */
export function toText(value: OptionValue | undefined): string {
  if (value === undefined) return "";
  return Array.isArray(value) ? value.join("\n") : String(value);
}

/** What somebody typed for an option. */
export function readText({ option, label }: Field, text: string): Reading {
  if (option.type === "boolean") return text === "" ? {} : { value: text === "true" };
  const lines = text.split("\n").map((line) => line.trim());
  const filled = lines.filter((line) => line !== "");
  if (filled.length === 0) return option.required === true && option.default === undefined ? { problem: words.field.required(label) } : {};
  if (option.multiple === true) return { value: filled };
  const [value = ""] = filled;
  return option.type === "integer" ? readInteger(option, label, value) : { value };
}

function readInteger({ minimum, maximum }: PlaceOption, label: string, text: string): Reading {
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(value)) return { problem: words.field.notANumber(label) };
  if (minimum !== undefined && value < minimum) return { problem: words.field.tooSmall(label, String(minimum)) };
  if (maximum !== undefined && value > maximum) return { problem: words.field.tooLarge(label, String(maximum)) };
  return { value };
}

/** Why an address cannot be wished for; null: it can. An empty one is made from the title. */
export function addressProblem(rule: NonNullable<PlaceCard["address"]>, address: string): string | null {
  const isFit = address === "" || (address.length <= rule.maxLength && new RegExp(rule.pattern).test(address));
  return isFit ? null : words.address.invalid(String(rule.maxLength));
}

/** What was filled in about a place: texts of its fields, by the names of their options. */
export interface PlaceForm {
  readonly card: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly address: string;
}

/** The form of a place that was chosen before. */
export function formOf({ card, options, address }: Place): PlaceForm {
  const texts = Object.entries(options).map(([name, value]) => [name, toText(value)] as const);
  return { card, texts: Object.fromEntries(texts), address: address ?? "" };
}

/** What a form says, or by field what has to be changed in it. */
export function readForm(
  card: PlaceCard,
  { texts, address }: PlaceForm,
): { readonly place: Place; readonly errors: readonly FieldError[] } {
  const { main, more } = fieldsOf(card);
  let options: OptionValues = {};
  const errors: FieldError[] = [];
  for (const field of [...main, ...more]) {
    const { name } = field.option;
    const reading = readText(field, texts[name] ?? "");
    if ("problem" in reading) errors.push({ field: optionId(name), text: reading.problem });
    else if (reading.value !== undefined) options = { ...options, [name]: reading.value };
  }
  const wish = address.trim();
  const problem = card.address && addressProblem(card.address, wish);
  if (problem) errors.unshift({ field: addressId, text: problem });
  return { place: { card: card.id, options, address: card.address === null || wish === "" ? null : wish }, errors };
}

/** Id of the field of the web address. */
export const addressId = "address";

/** Id of the field of an option. */
export const optionId = (name: string): string => `option-${name}`;
