import { expect, test } from "vitest";
import { aboutErrors } from "./about-errors.ts";

test("a title is needed, blanks are none", () => {
  expect(aboutErrors({})).toEqual([{ field: "about-title", text: "Give it a title, so that people know what they look at." }]);
  expect(aboutErrors({ title: "  " })).toHaveLength(1);
  expect(aboutErrors({ title: "Pets", sourceUrl: "" })).toEqual([]);
});

test("a web address is one that a browser follows", () => {
  const wrong = ["example.org", "javascript:alert(1)", "https://", "ftp://example.org/x"];
  for (const sourceUrl of wrong) expect(aboutErrors({ title: "Pets", sourceUrl }).map(({ field }) => field)).toEqual(["about-sourceUrl"]);
  expect(aboutErrors({ title: "Pets", sourceUrl: " HTTPS://example.org/käufer ", licenseUrl: "http://x.example" })).toEqual([]);
  expect(aboutErrors({ title: "Pets", licenseUrl: "x", aboutUrl: "y" })).toHaveLength(2);
});
