import { expect, test } from "vitest";
import { counted, RaggedWarnings } from "./ragged.ts";
import type { RaggedLine } from "./reading.ts";

const lineOf = (line: number, handling: RaggedLine["handling"]): RaggedLine => ({ line, fields: ["x"], columns: 2, handling, text: "x\n" });

test("what was padded and what was left out is told with its number and the first three", () => {
  const warnings = new RaggedWarnings("t.csv");
  const batch = { header: ["a", "b"], records: [], lines: [], text: "", bytes: 0 };
  warnings.add({ ...batch, ragged: [lineOf(3, "skip"), lineOf(4, "pad")] });
  warnings.add({ ...batch, ragged: [5, 6, 7].map((line) => lineOf(line, "skip")) });
  expect(warnings.finish()).toMatchObject([
    {
      code: "RECORDS_PADDED",
      message: "t.csv: 1 record with fewer or more fields than the header is padded with blanks: line 4 (1 field): x.",
      facts: { file: "t.csv", line: 4, records: 1 },
      remedies: [{ option: "ragged", value: "t.csv=skip" }],
    },
    {
      code: "RECORDS_SKIPPED",
      message:
        "t.csv: 4 records with fewer or more fields than the header are left out: line 3 (1 field): x · line 5 (1 field): x · line 6 (1 field): x · …",
      facts: { line: 3, records: 4 },
      remedies: [{ option: "ragged", value: "t.csv=pad" }],
    },
  ]);
  expect(new RaggedWarnings("t.csv").finish()).toEqual([]);
});

test("no record is shown of a file with private data, nor one that looks like it", () => {
  const ragged = [lineOf(3, "skip"), { ...lineOf(4, "skip"), fields: ["1", "anna@example.org", ""], text: "1,anna@example.org,\n" }];
  const warnings = new RaggedWarnings("t.csv");
  warnings.add({ header: ["a", "b"], records: [], lines: [], text: "", bytes: 0, ragged });
  expect(warnings.finish()[0]!.message).toMatch(/line 3 \(1 field\): x · line 4 \(3 fields\)\.$/);
  expect(warnings.finish(new Set([1]))[0]!.message).toMatch(/line 3 \(1 field\) · line 4 \(3 fields\)\.$/);
});

test("a noun has an s unless there is one", () => {
  expect([counted(0, "field"), counted(1, "field"), counted(2, "field")]).toEqual(["0 fields", "1 field", "2 fields"]);
});
