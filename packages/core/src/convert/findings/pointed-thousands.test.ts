import { expect, test } from "vitest";
import { PointedThousands } from "./pointed-thousands.ts";
import type { Watched } from "./watcher.ts";

function warningsOf(values: readonly string[], more: Partial<Watched> = {}) {
  const watched = { file: "t.csv", table: "t", header: ["n"], headerRows: 1, delimiter: ";", isNumeric: () => true, ...more };
  const found = new PointedThousands(watched);
  found.add({ records: values.map((value) => [value]), lines: values.map((_, at) => at + 2) });
  return found.finish();
}

test("numbers with a point and three digits may be thousands where a semicolon parts columns", () => {
  expect(warningsOf(["999", "1.234", "", "-12.345"])).toMatchObject([
    {
      code: "READING_ASSUMED",
      message: 't.csv: the numbers of n, such as "1.234" on line 3, are read with a decimal point, which may part thousands.',
      facts: { column: "n", line: 3 },
      remedies: [{ option: "number", value: "t.n=decimal-comma" }],
    },
  ]);
});

test("nothing is said of other decimals, of other files, and of what its owner says", () => {
  for (const values of [
    ["1.234", "0.123"],
    ["1.234", "1.5"],
    ["1.234", "1000"],
    ["1.234", "5"],
  ])
    expect(warningsOf(values)).toEqual([]);
  const thousands = ["1.234", "2.345"];
  expect(warningsOf(thousands, { delimiter: "," })).toEqual([]);
  expect(warningsOf(thousands, { isNumeric: () => false })).toEqual([]);
  expect(warningsOf(thousands, { settings: [{ number: "thousands" }] })).toEqual([]);
});
