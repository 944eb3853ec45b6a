import { describe, expect, test } from "vitest";
import { familiarName, formatReference, parseReference } from "./reference.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

describe("parseReference", () => {
  test.each([
    ["data", "docker.io/library/data", "data:latest"],
    ["data:v1", "docker.io/library/data:v1", "data:v1"],
    ["me/data", "docker.io/me/data", "me/data:latest"],
    ["index.docker.io/me/data", "docker.io/me/data", "me/data:latest"],
    ["localhost/a", "localhost/a", "localhost/a:latest"],
    ["localhost:5000/a/b:tag", "localhost:5000/a/b:tag", "localhost:5000/a/b:tag"],
    ["[::1]:5000/a:b", "[::1]:5000/a:b", "[::1]:5000/a:b"],
    ["GHCR.io/me/a__b--c.d", "ghcr.io/me/a__b--c.d", "ghcr.io/me/a__b--c.d:latest"],
    [`registry.fly.io/x:1@${digest}`, `registry.fly.io/x:1@${digest}`, "registry.fly.io/x:1"],
  ])("reads %s", (text, full, familiar) => {
    expect(formatReference(parseReference(text))).toBe(full);
    expect(familiarName(parseReference(text))).toBe(familiar);
    expect(parseReference(full)).toEqual(parseReference(text));
  });

  test.each([
    "",
    "Data",
    "a//b",
    "/a",
    "a/",
    "a:",
    "a:b:c",
    "-a",
    "a@sha256:12",
    "ex_ample.com/a",
    "a..b/c",
    `${"a/".repeat(128)}a`,
    "a b",
    "a/../b",
  ])("refuses %j", (text) => {
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: "REFERENCE_INVALID" }));
  });

  test("does not repeat a password", () => {
    expect(() => parseReference("https://me:secret@example.com/a")).toThrow(expect.not.stringContaining("secret"));
  });
});
