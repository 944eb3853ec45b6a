import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkHostName, deriveHostName } from "./host-name.ts";
import type { NameRule } from "./provider.ts";

/** As strict as any host: words parted by single hyphens. */
const strict = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const rule = (maxLength: number): NameRule => ({ option: "app", pattern: strict, maxLength });

const word = fc.stringMatching(/^[a-z0-9]{1,12}$/);
const site = fc.array(word, { minLength: 1, maxLength: 6 }).map((words) => words.join("-").slice(0, 40).replace(/-$/, ""));
const lengths = fc.integer({ min: 12, max: 63 });

describe("deriveHostName", () => {
  it("always makes a name that the host takes, and the same one again", () => {
    fc.assert(
      fc.property(site, fc.string(), lengths, (name, account, maxLength) => {
        const derived = deriveHostName(name, account, rule(maxLength));
        expect(derived).toMatch(strict);
        expect(derived.length).toBeLessThanOrEqual(maxLength);
        expect(deriveHostName(name, account, rule(maxLength))).toBe(derived);
        expect(() => checkHostName(derived, "Shelf", rule(maxLength))).not.toThrow();
      }),
      { numRuns: 1000, examples: [["1-a-b-c-d-e-f-g-h", "", 15]] },
    );
  });

  it("tells accounts apart, and sites that are cut to the same", () => {
    const long = "a".repeat(40);
    const names = [
      deriveHostName(long, "me", rule(20)),
      deriveHostName(long, "you", rule(20)),
      deriveHostName(`${long.slice(1)}b`, "me", rule(20)),
    ];
    expect(new Set(names).size).toBe(3);
  });

  it("begins as the site does", () => {
    expect(deriveHostName("pets", "me", rule(30))).toMatch(/^pets-[0-9a-f]{6}$/);
    expect(deriveHostName("2026-census", "me", rule(30))).toMatch(/^d-2026-census-[0-9a-f]{6}$/);
  });
});

it.each(["", "Pets", "pets ", "a".repeat(31)])("checkHostName refuses %j", (name) => {
  expect(() => checkHostName(name, "Shelf", rule(30))).toThrow(
    expect.objectContaining({ code: "OPTION_INVALID", facts: { option: "app", name, limit: 30 } }),
  );
});
