import { expect, test } from "vitest";
import { toBytes } from "./sizes.ts";

test.each([
  ["20GB", 20e9],
  ["500 MB", 500e6],
  ["1.5GiB", 1.5 * 2 ** 30],
  ["8589934592", 8_589_934_592],
  ["100b", 100],
])("%s are %d bytes", (text, bytes) => {
  expect(toBytes("max-unpacked", text)).toBe(bytes);
});

test.each(["", "GB", "0", "-1GB", "1,5GB", "9 lots", "1constructor", "99999999TB"])("%j is no size", (text) => {
  const error = { code: "OPTION_INVALID", facts: { option: "max-unpacked" } };
  expect(() => toBytes("max-unpacked", text)).toThrow(expect.objectContaining(error) as Error);
});
