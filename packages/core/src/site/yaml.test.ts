import { expect, test } from "vitest";
import { parseYaml } from "./yaml.ts";

test("words mean what they mean to Datasette's parser, but as keys", () => {
  const text = "allow: no\nallow_sql: off\nhidden: Yes\ncolumns:\n  y: north\n  no: number\n  1: one\n  on: since\n";
  expect(parseYaml(text)).toEqual({
    allow: false,
    allow_sql: false,
    hidden: true,
    columns: { y: "north", no: "number", "1": "one", on: "since" },
  });
});

test("dates are text, quoted words too; merge keys and aliases are followed", () => {
  expect(parseYaml('day: 2026-01-02\nno: "no"\nbase: &b\n  a: 1\nmore:\n  <<: *b\n  c: *b\n')).toEqual({
    day: "2026-01-02",
    no: "no",
    base: { a: 1 },
    more: { a: 1, c: { a: 1 } },
  });
});

const bomb = [
  "a: &a [x, x, x, x, x, x, x, x, x]",
  ..."bcdefghi".split("").map((name, at) => `${name}: &${name} [${`*${"abcdefgh"[at]}, `.repeat(9)}]`),
];

test.each([
  ["a key twice", "a: 1\nb: 2\na: 3\n", 3],
  ["a key twice in two spellings", 'a: 1\n1: x\n"1": y\n', 3],
  ["a list without its end", "a: [1\nb: 2\n", expect.any(Number) as number],
  ["a tab", "a:\n\t- b\n", 2],
  ["a tag of Python", "a: !!python/object:os.system x\n", 1],
  ["bytes", "a: !!binary aGk=\n", 1],
  ["a key that is a list", "? [a]\n: b\n", null],
  ["a bomb of aliases", bomb.join("\n"), null],
  ["what is nested too deep", "[".repeat(20_000), expect.anything() as number],
])("%s is an error", (_what, text, line) => {
  expect(() => parseYaml(text)).toThrow(expect.objectContaining({ line }) as Error);
});
