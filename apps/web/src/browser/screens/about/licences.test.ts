import { expect, test } from "vitest";
import { governmentLicences, licenceOf, licences, reserved, withLicence } from "./licences.ts";

const every = [...licences, ...governmentLicences, reserved];

test("each licence is found again by what it writes", () => {
  expect(new Set(every.map(({ id }) => id)).size).toBe(every.length);
  for (const { id } of every) expect(licenceOf(withLicence({ title: "Pets" }, id))).toBe(id);
});

test("not knowing yet says nothing, and keeps the other texts", () => {
  expect(withLicence({ title: "Pets", license: "CC0 1.0", licenseUrl: "https://example.org" }, "unknown")).toEqual({ title: "Pets" });
  expect(licenceOf({ license: " " })).toBe("unknown");
});

test("a licence that is not in the list is another one", () => {
  expect(licenceOf({ license: "MIT" })).toBe("another");
  expect(licenceOf({ license: "CC0 1.0", licenseUrl: "https://example.org/other" })).toBe("another");
  expect(licenceOf({ licenseUrl: "https://example.org/terms" })).toBe("another");
});

test("nothing without asking has no address of an earlier licence", () => {
  const texts = withLicence(withLicence({}, "cc-by"), "reserved");
  expect(texts.license).toMatch(/ask/);
  expect(texts).not.toHaveProperty("licenseUrl");
});
