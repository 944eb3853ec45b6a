import { expect, test } from "vitest";
import { readingIn } from "./fixtures.ts";
import { Tokenizer } from "./tokenizer.ts";

/** The batches of a text that comes in pieces of one length. */
function tokenize(text: string, length: number) {
  const tokenizer = new Tokenizer("t.csv", readingIn(","));
  const pieces = Array.from({ length: Math.ceil(text.length / length) }, (_, at) => text.slice(at * length, (at + 1) * length));
  return pieces.map((piece, at) => tokenizer.push(piece, at === pieces.length - 1));
}

const long = `a,b\n1,"${"x,\n".repeat(3000)}"\n2,y\n`;

test("a record that is longer than a piece is looked at only when as much has come as there was", () => {
  const batches = tokenize(long, 10);
  expect(batches.flatMap(({ records }) => records)).toEqual([
    ["1", "x,\n".repeat(3000)],
    ["2", "y"],
  ]);
  expect(batches.flatMap(({ lines }) => lines)).toEqual([2, 3003]);
  const looks = batches.filter(({ text }) => text.length > 20);
  expect(looks.length).toBeLessThan(20);
});

test("a NUL within a long record is told with its line", () => {
  const at = long.indexOf("2,y");
  expect(() => tokenize(`${long.slice(0, at - 300)}\0${long.slice(at)}`, 10)).toThrow("t.csv, line 2902: a NUL character.");
});
