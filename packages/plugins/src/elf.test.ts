import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { readElf } from "./elf.ts";

/** A library with one loadable segment at 0x1000 and a dynamic section, as ELF gABI lays it out. */
function makeElf(machine: number): Buffer {
  const strings = "\0libc.so.6\0libm.so.6\0libown.so.1\0$ORIGIN/../libs:/opt/lib\0";
  const at = (text: string): bigint => BigInt(strings.indexOf(text));
  const [dynamicOffset, stringsOffset] = [0x200, 0x300];
  const file = Buffer.alloc(0x400);
  file.write("\x7fELF", 0, "latin1");
  file.set([2, 1, 1], 4);
  file.writeUInt16LE(3, 16);
  file.writeUInt16LE(machine, 18);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(2, 56);
  const segments = [
    [1, 0, 0x1000, 0x400],
    [2, dynamicOffset, 0x1000 + dynamicOffset, 0x80],
  ] as const;
  for (const [index, [type, offset, address, size]] of segments.entries()) {
    const start = 64 + index * 56;
    file.writeUInt32LE(type, start);
    file.writeBigUInt64LE(BigInt(offset), start + 8);
    file.writeBigUInt64LE(BigInt(address), start + 16);
    file.writeBigUInt64LE(BigInt(size), start + 32);
  }
  const tags = [
    [1n, at("libc.so.6")],
    [1n, at("libm.so.6")],
    [14n, at("libown")],
    [29n, at("$ORIGIN")],
    [5n, BigInt(0x1000 + stringsOffset)],
  ] as const;
  for (const [index, [tag, value]] of tags.entries()) {
    file.writeBigUInt64LE(tag, dynamicOffset + index * 16);
    file.writeBigUInt64LE(value, dynamicOffset + index * 16 + 8);
  }
  file.write(strings, stringsOffset, "latin1");
  return file;
}

describe("readElf", () => {
  it.each([62, 183])("reads what a library of machine %i needs", (machine) => {
    expect(readElf(makeElf(machine))).toEqual({
      needed: ["libc.so.6", "libm.so.6"],
      soname: "libown.so.1",
      runPath: ["$ORIGIN/../libs", "/opt/lib"],
      interpreter: null,
    });
  });

  it("takes no other file for ELF", () => {
    expect(readElf(new Uint8Array())).toBeNull();
    expect(readElf(Buffer.alloc(200, "#!/bin/sh\n"))).toBeNull();
  });

  it.runIf(process.platform === "linux" && ["x64", "arm64"].includes(process.arch))("reads Node's own program", async () => {
    const elf = readElf(await readFile(process.execPath));
    expect(elf?.needed).toContain("libc.so.6");
    expect(elf?.interpreter).toMatch(/ld-linux/);
  });
});
