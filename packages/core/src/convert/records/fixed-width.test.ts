import { expect, test } from "vitest";
import { looksFixedWidth } from "./fixed-width.ts";

const looks = (text: string, whole = true): boolean => looksFixedWidth({ text, whole });

test("lines with spaces at the same places are columns of fixed width", () => {
  expect(looks("id   name   n\n1    a      3\n22   bbb    4\n")).toBe(true);
  expect(looks("id   name\n1    a\n22   bbb\n3    cut-o", false)).toBe(true);
});

test("other lines are not", () => {
  expect(looks("a,b\n1,2\n3,4\n")).toBe(false);
  expect(looks("one  two\nthree  four\nx  y\n")).toBe(false);
  expect(looks("a b\nc d\ne f\n")).toBe(false);
  expect(looks("a   b\nc   d\n")).toBe(false);
});
