import { isPlainNumber } from "./numbers.ts";
import { shapeOf, type Shape } from "./shapes.ts";
import { isMissingWord } from "./words.ts";

type Record = readonly string[];

interface Typed {
  readonly name: string;
  readonly position: number;
  readonly shape: Shape;
}

/** Columns whose names are found among their values, where nothing else tells. */
const fewestFound = 2;

/**
 * Whether the header is a record like those below: in every column of numbers, dates or the like the name is one, too. Years and
 * numbers in a row above values of another kind are the names of a wide table (`country,2019,2020`). Where all columns are words,
 * the names must be found again among the values. A name that is blank above a column without blanks is none of its values.
 */
export function missingHeader(header: Record, records: readonly Record[]): boolean {
  const names = header.map((name) => name.trim());
  if (names.some((name, position) => name === "" && isFull(records, position))) return false;
  const typed = names.flatMap((name, position): Typed[] => {
    const shape = shapeBelow(records, position);
    return shape === undefined ? [] : [{ name, position, shape }];
  });
  if (typed.length === 0) return hasNamesAsValues(names, records);
  if (typed.some(({ name, shape }) => name !== "" && shapeOf(name) !== shape)) return false;
  const named = typed.filter(({ name }) => name !== "");
  return named.length > 0 && 2 * named.length >= typed.length && !isWide(named, records);
}

/** The shape that all values of a column have; undefined: words, or several shapes, or nothing. */
function shapeBelow(records: readonly Record[], position: number): Shape | undefined {
  let shape: Shape | undefined;
  for (const record of records) {
    const field = record[position]!.trim();
    if (field === "" || isMissingWord(field)) continue;
    const next = shapeOf(field);
    if (next === "other" || (shape !== undefined && shape !== next)) return undefined;
    shape = next;
  }
  return shape;
}

function isFull(records: readonly Record[], position: number): boolean {
  return records.length > 1 && records.every((record) => record[position]!.trim() !== "");
}

function hasNamesAsValues(names: Record, records: readonly Record[]): boolean {
  const isRepeated = (record: Record): boolean => names.every((name, position) => record[position]!.trim() === name);
  const below = records.filter((record) => !isRepeated(record));
  const found = names.filter((name, position) => name !== "" && below.some((record) => record[position]!.trim() === name));
  return found.length >= fewestFound;
}

/** Whether names that are numbers are those of a wide table: years, or numbers that rise, above values that do not. */
function isWide(named: readonly Typed[], records: readonly Record[]): boolean {
  const numbers = named.filter(({ name }) => isPlainNumber(name));
  if (numbers.length === 0 || numbers.length < named.length) return false;
  const positions = numbers.map(({ position }) => position);
  const rowsThat = (are: (values: readonly number[]) => boolean): number =>
    records.filter((record) => are(positions.map((position) => Number(record[position])))).length;
  const likeNames = (are: (values: readonly number[]) => boolean): boolean =>
    are(numbers.map(({ name }) => Number(name))) && 2 * rowsThat(are) < records.length;
  return likeNames((values) => values.every(isYear)) || (numbers.length > 1 && likeNames(rise));
}

function isYear(value: number): boolean {
  return Number.isInteger(value) && value >= 1500 && value <= 2200;
}

function rise(values: readonly number[]): boolean {
  return values.every((value, at) => Number.isInteger(value) && (at === 0 || value > values[at - 1]!));
}
