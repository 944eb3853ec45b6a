import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readingIn } from "./fixtures.ts";
import { delimiters, type Dialect } from "./reading.ts";
import { Tokenizer } from "./tokenizer.ts";

const dialects: fc.Arbitrary<Dialect> = fc.record({
  delimiter: fc.constantFrom(...delimiters),
  quote: fc.constantFrom('"' as const, "'" as const),
  escape: fc.constantFrom("double" as const, "backslash" as const),
  spaced: fc.boolean(),
  wrapped: fc.boolean(),
  trailing: fc.boolean(),
});

const field = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }).filter((text) => !text.includes("\0")),
  fc.string({ unit: fc.constantFrom(...delimiters, '"', "'", "\\", "\r", "\n", " ", "a", "é", "😀"), maxLength: 8 }),
);

/** Records of one width, at least two columns, and how to write them; a last field that is not blank, as a trailing one may be dropped. */
const files = fc.integer({ min: 2, max: 4 }).chain((width) =>
  fc.record({
    records: fc.array(
      fc.tuple(
        fc.array(field, { minLength: width - 1, maxLength: width - 1 }),
        field.filter((text) => text !== ""),
      ),
      { maxLength: 12 },
    ),
    width: fc.constant(width),
    lineEnd: fc.constantFrom("\n", "\r\n"),
    space: fc.constantFrom("", " ", "  "),
  }),
);

type File = typeof files extends fc.Arbitrary<infer T> ? T : never;

function encode(value: string, { delimiter, quote, escape, spaced }: Dialect, space: string): string {
  const isPlain =
    !value.includes(delimiter!) && !value.includes(quote!) && !/[\r\n\uFEFF]/.test(value) && !(spaced && /^[ \t]|[ \t]$/.test(value));
  const escaped =
    escape === "double" ? value.replaceAll(quote!, quote! + quote!) : value.replaceAll("\\", "\\\\").replaceAll(quote!, `\\${quote!}`);
  const around = spaced ? space : "";
  return around + (isPlain ? value : quote! + escaped + quote!) + around;
}

function write({ records, width, lineEnd, space }: File, dialect: Dialect): string {
  const { delimiter, quote, wrapped, trailing } = dialect;
  const header = Array.from({ length: width }, (_, index) => `c${index}`);
  const lines = [header, ...records.map(([fields, last]) => [...fields, last])].map(
    (record) => record.map((value) => encode(value, dialect, space)).join(delimiter!) + (trailing ? delimiter! : ""),
  );
  return lines.map((line) => (wrapped ? quote! + line.replaceAll(quote!, quote! + quote!) + quote! : line)).join(lineEnd);
}

test("any records, written in any dialect and cut anywhere, come back as they were", () => {
  fc.assert(
    fc.property(files, dialects, fc.integer({ min: 1, max: 9 }), (file, dialect, size) => {
      const text = write(file, dialect);
      const tokenizer = new Tokenizer("x.csv", readingIn(dialect));
      const records: (readonly string[])[] = [];
      for (let at = 0; at < text.length; at += size) records.push(...tokenizer.push(text.slice(at, at + size), false).records);
      const { records: last, ragged } = tokenizer.push("", true);
      expect([...records, ...last]).toEqual(file.records.map(([fields, end]) => [...fields, end]));
      expect(ragged).toEqual([]);
      expect(tokenizer.header).toHaveLength(file.width);
    }),
    { numRuns: 500 },
  );
});

test("without quotes every character but delimiters and line ends stands for itself", () => {
  const bare = fc.string({ unit: fc.constantFrom('"', "'", "\\", " ", "a", ";"), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(fc.tuple(bare, bare), { maxLength: 9 }), fc.integer({ min: 1, max: 5 }), (records, size) => {
      const text = [["a", "b"], ...records].map((record) => record.join(",")).join("\n");
      const tokenizer = new Tokenizer("x.csv", readingIn({ ...readingIn(",").dialect, quote: null }));
      const read: (readonly string[])[] = [];
      for (let at = 0; at < text.length; at += size) read.push(...tokenizer.push(text.slice(at, at + size), false).records);
      expect([...read, ...tokenizer.push("", true).records]).toEqual(records);
    }),
  );
});

test("lines are counted through line breaks in fields of any dialect", () => {
  for (const dialect of [{}, { spaced: true }, { escape: "backslash" as const }, { wrapped: true }]) {
    const tokenizer = new Tokenizer("x.csv", readingIn({ ...readingIn(",").dialect, ...dialect }));
    expect(tokenizer.push('a,b\n"x\ny",1\n\n2,"p\r\nq\nr"\n3,4\n', true).lines).toEqual([2, 5, 8]);
  }
});
