import { expect, test } from "vitest";
import { parseSize, toLimits } from "./limits.ts";

test.each([
  ["100MB", 100_000_000],
  ["100 mb", 100_000_000],
  ["1.5GB", 1_500_000_000],
  ["64KiB", 65_536],
  ["2MiB", 2_097_152],
  ["1GiB", 1_073_741_824],
  ["12kB", 12_000],
  ["7B", 7],
  ["4096", 4096],
])("%s is %d bytes", (text, bytes) => {
  expect(parseSize("maxSize", text)).toBe(bytes);
});

test.each(["", "MB", "100 M", "-1MB", "1,5MB", "1e6", "100MBx", "constructor"])("%j is no size", (text) => {
  expect(() => parseSize("maxSize", text)).toThrow(expect.objectContaining({ code: "OPTION_INVALID", facts: { option: "maxSize" } }));
});

test("each flag is a limit of its own", () => {
  expect(toLimits({ "max-size": "3MB", "max-layer": "2MB", "max-wasted": "1kB" })).toEqual({
    maxBytes: 3e6,
    maxLayerBytes: 2e6,
    maxWastedBytes: 1000,
  });
  expect(toLimits({})).toEqual({});
});
