import * as fc from "fast-check";
import { expect, it } from "vitest";
import { attachment } from "./attachment.ts";

it.each([
  ["pets.zip", `attachment; filename="pets.zip"; filename*=UTF-8''pets.zip`],
  ['a "b".zip', `attachment; filename="a _b_.zip"; filename*=UTF-8''a%20%22b%22.zip`],
  ["Käufer (1).tar", `attachment; filename="K_ufer (1).tar"; filename*=UTF-8''K%C3%A4ufer%20%281%29.tar`],
])("%s", (name, header) => {
  expect(attachment(name)).toBe(header);
});

it("any name comes back, and ends no header", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      const header = attachment(name);
      expect(header).toMatch(/^attachment; filename="[^"\\\r\n]*"; filename\*=UTF-8''[\w!#$&+.^`|~%-]*$/);
      expect(decodeURIComponent(header.split("''")[1]!)).toBe(name.toWellFormed());
    }),
  );
});
