import * as fc from "fast-check";
import { expect, test } from "vitest";
import { NumberForms } from "./number-forms.ts";
import { isInteger, NumberScanner } from "./number-scanner.ts";

const scanner = new NumberScanner();

function formsOf(texts: readonly string[]): NumberForms {
  const forms = new NumberForms();
  for (const text of texts) {
    expect(scanner.scan(text), text).toBe(true);
    forms.add(scanner);
  }
  return forms;
}

test.each([
  ["integers", ["1", "20", "-3", "0"]],
  ["the shortest form", ["1", "0.5", "-2.25"]],
  ["the shortest form with .0, as Python prints", ["1.0", "0.5", "2.25", "0.0"]],
  ["two decimals", ["1.00", "0.50", "2.25"]],
  ["an exponent below some size, as R prints", ["8.99E-05", "0.001", "1"]],
  ["an exponent below and above some size", ["1e-7", "0.001", "1e+21", "3.5"]],
  ["no zero before the point, as SAS prints", [".5", "1.25"]],
])("%s cannot be one number twice", (_, texts) => {
  expect(formsOf(texts).differ).toBe(true);
});

test.each([
  ["two and one decimals", ["1.50", "1.5"]],
  ["zero with and without minus", ["0", "-0"]],
  ["a bare point and none", [".5", "0.25"]],
  ["a plus and none", ["+1.5", "2.5"]],
  ["an exponent among numbers of its size", ["1.5e-3", "0.0005", "1"]],
  ["a capital E and none", ["1e-7", "1E-8"]],
  ["exponents of different width", ["1.5e-07", "1.5e-8"]],
  ["two digits before the point", ["15e-7", "1.5e-9"]],
])("%s may be one number twice", (_, texts) => {
  expect(formsOf(texts).differ).toBe(false);
});

const numbers = fc.oneof(
  fc.integer({ min: -99, max: 99 }).map((number) => number / 4),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const writers: readonly ((number: number) => string)[] = [
  String,
  (number) => number.toFixed(2),
  (number) => number.toFixed(1),
  (number) => number.toExponential(),
  (number) => number.toExponential(2).toUpperCase(),
  (number) => `+${number}`,
  (number) => String(number).replace(/^(-?)0\./, "$1."),
  (number) => `${number}.`,
  (number) => `${number}0`,
];

test("numbers that are found to have one text each have no second one", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(numbers, fc.constantFrom(...writers)), { maxLength: 6 }), (written) => {
      const texts = written.map(([number, write]) => write(number)).filter((text) => scanner.scan(text) && !scanner.isWide);
      if (!formsOf(texts).differ) return;
      const known = new Map<number, string>();
      for (const text of texts) {
        expect(known.get(Number(text) + 0) ?? text).toBe(text);
        known.set(Number(text) + 0, text);
      }
    }),
    { numRuns: 500 },
  );
});

test("a text follows from its number and its form", () => {
  const known = new Map<string, string>();
  fc.assert(
    fc.property(numbers, fc.constantFrom(...writers), (number, write) => {
      const text = write(number);
      if (!scanner.scan(text) || scanner.isWide) return;
      const key = `${scanner.value} ${scanner.form}`;
      expect(known.get(key) ?? text).toBe(text);
      known.set(key, text);
    }),
    { numRuns: 500 },
  );
});

test("a number has the value that JavaScript reads", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[+-]?\d{0,17}\.?\d{0,6}([eE][+-]\d{1,3})?$/), (text) => {
      const value = scanner.scan(text) ? scanner.value : undefined;
      expect(value ?? Number(text) + 0).toBe(Number(text) + 0);
    }),
    { numRuns: 500 },
  );
});

test("a double in its shortest form is a number, unless subnormal", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      const text = String(number);
      fc.pre(/\.|e-/.test(text));
      expect(scanner.scan(text)).toBe(Math.abs(number) >= 2.2250738585072014e-308);
    }),
  );
});

test("an INTEGER has 64 bits and no zeros before it", () => {
  expect(["0", "-1", "9223372036854775807", "-9223372036854775808"].every(isInteger)).toBe(true);
  expect(
    ["", "-", "-0", "+1", "01", "1.0", "9223372036854775808", "-9223372036854775809", "1e3", "10000000000000000000"].some(isInteger),
  ).toBe(false);
});
