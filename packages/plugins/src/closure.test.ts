import type { ImageFile } from "@datasette-publish/core";
import { describe, expect, it } from "vitest";
import { followLinks } from "./closure.ts";

function link(name: string, linkName: string): [string, ImageFile] {
  return [name, { name, mode: 0o777, type: "symlink", linkName }];
}

const files = new Map<string, ImageFile>([
  link("lib64", "usr/lib64"),
  link("usr/lib64/ld.so", "../lib/x/ld.so"),
  link("loop", "loop"),
  link("gone", "/nowhere"),
  ["usr/lib/x/ld.so", { name: "usr/lib/x/ld.so", mode: 0o755, source: new Uint8Array([1]) }],
]);

describe("followLinks", () => {
  it("follows links of folders and of files, and tells which", () => {
    const seen = new Set<string>();
    expect(followLinks("/lib64/ld.so", files, seen)).toBe("usr/lib/x/ld.so");
    expect([...seen]).toEqual(["lib64", "usr/lib64/ld.so"]);
  });

  it("ends at a loop and at a link to nothing", () => {
    expect(followLinks("loop", files)).toBeNull();
    expect(followLinks("gone", files)).toBeNull();
  });
});
