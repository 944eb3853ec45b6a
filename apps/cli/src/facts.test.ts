import { expect, test } from "vitest";
import { factRows, formatTime } from "./facts.ts";

test("names become words, bytes units, and what is null is left out", () => {
  expect(
    factRows({ configDigest: "sha256:1", dynoSize: null, archiveSizeBytes: 1500, isPublic: true, port: 8006, zones: ["eu", null, 1] }),
  ).toEqual([
    ["  config digest", "sha256:1"],
    ["  archive size", "1.5 kB"],
    ["  is public", "yes"],
    ["  port", "8006"],
    ["  zones", "eu, , 1"],
  ]);
});

test.each([
  ["2026-11-24T14:30:59.123Z", "2026-11-24 14:30 UTC"],
  ["2026-11-24T15:30:00+01:00", "2026-11-24 14:30 UTC"],
  ["yesterday", "yesterday"],
  [null, ""],
])("the time %s is shown as %j", (time, shown) => {
  expect(formatTime(time)).toBe(shown);
});
