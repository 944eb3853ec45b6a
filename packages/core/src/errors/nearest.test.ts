import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

test.each([
  ["titel", "title"],
  ["desc", "description"],
  ["lisence", "license"],
  ["foo", undefined],
  ["li", undefined],
  ["license-", "license-url"],
  ["fst", "fts"],
  ["rn", "run"],
  ["opne", "open"],
  ["y", undefined],
])("%s is nearest to %s", (typed, meant) => {
  expect(nearest(typed, ["title", "description", "license", "license-url", "fts", "run", "open"])).toBe(meant);
});
