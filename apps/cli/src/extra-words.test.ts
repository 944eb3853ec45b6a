import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { wordsOf } from "./extra-words.ts";

test.each([
  ["", []],
  ["  --setting  default_page_size\t50 ", ["--setting", "default_page_size", "50"]],
  [`--version-note 'it is $1' "a \\"b\\" \\c"`, ["--version-note", "it is $1", 'a "b" \\c']],
  [String.raw`a\ b 'c'd"e" ''`, ["a b", "cde", ""]],
  [`--static=a:b,c@d%e+f`, ["--static=a:b,c@d%e+f"]],
])("%j", (line, words) => {
  expect(wordsOf(line, "--extra-options")).toEqual(words);
});

test.each([
  "a $HOME",
  "`id`",
  "$(id)",
  "a; b",
  "a && b",
  "a | b",
  "a > b",
  "*.db",
  "a?",
  "~/a",
  "# a",
  "{a,b}",
  '"$HOME"',
  '"`id`"',
  "'a",
  '"a',
  "a\\",
  "a\nb",
])("%j is refused, as a shell would do something with it", (line) => {
  expect(() => wordsOf(line, "--extra-options")).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }) as Error);
});

test.skipIf(process.platform === "win32")("what is taken is parted as a shell parts it", () => {
  const line = fc.string({ unit: fc.constantFrom(..."ab -=:'\"\\$ \t"), maxLength: 12 });
  fc.assert(
    fc.property(line, (text) => {
      let words: string[];
      try {
        words = wordsOf(text, "x");
      } catch {
        return;
      }
      const said = execFileSync("/bin/sh", ["-c", `for word in ${text}\ndo printf '%s\\0' "$word"\ndone`], { encoding: "utf8" });
      expect(words).toEqual(said.split("\0").slice(0, -1));
    }),
    { numRuns: 150 },
  );
});
