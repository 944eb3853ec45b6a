import { zstdCompressSync } from "node:zlib";
import { packTar } from "modern-tar";
import { describe, expect, it } from "vitest";
import { readAr, readDeb } from "./deb.ts";

function makeAr(members: Readonly<Record<string, Uint8Array>>): Buffer {
  const parts: Uint8Array[] = [Buffer.from("!<arch>\n")];
  for (const [name, bytes] of Object.entries(members)) {
    const header = `${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${String(bytes.length).padEnd(10)}\`\n`;
    parts.push(Buffer.from(header), bytes, Buffer.alloc(bytes.length % 2, "\n"));
  }
  return Buffer.concat(parts);
}

describe("readDeb", () => {
  it("reads control and files, links included, with plain modes", async () => {
    const control = await packTar([{ header: { name: "./control", size: 12 }, body: "Package: one" }]);
    const data = await packTar([
      { header: { name: "./usr/bin/", size: 0, type: "directory" } },
      { header: { name: "./usr/bin/tool", size: 3, mode: 0o4775 }, body: "abc" },
      { header: { name: "./usr/bin/again", size: 0, type: "link", linkname: "./usr/bin/tool" } },
      { header: { name: "./usr/lib64/ld.so", size: 0, type: "symlink", linkname: "../lib/ld.so" } },
    ]);
    const deb = await readDeb(
      makeAr({ "debian-binary": Buffer.from("2.0\n"), "control.tar": control, "data.tar.zst": zstdCompressSync(data) }),
    );
    expect(deb.control).toBe("Package: one");
    expect([...deb.files.keys()]).toEqual(["usr/bin/tool", "usr/bin/again", "usr/lib64/ld.so"]);
    expect(deb.files.get("usr/bin/tool")?.mode).toBe(0o755);
    expect(Buffer.from(deb.files.get("usr/bin/again")?.source ?? "").toString()).toBe("abc");
    expect(deb.files.get("usr/lib64/ld.so")).toMatchObject({ type: "symlink", linkName: "../lib/ld.so" });
  });

  it("refuses what is no package", async () => {
    await expect(readDeb(Buffer.from("<html>"))).rejects.toMatchObject({ code: "RUNTIME_DOWNLOAD_FAILED" });
    await expect(readDeb(makeAr({ "debian-binary": Buffer.from("2.0\n") }))).rejects.toMatchObject({ code: "RUNTIME_DOWNLOAD_FAILED" });
    expect(() => readAr(makeAr({ member: Buffer.alloc(100) }).subarray(0, 120))).toThrow(/cut off/);
  });

  it("reads members of odd size", () => {
    const members = readAr(makeAr({ one: Buffer.from("abc"), two: Buffer.from("de") }));
    expect([...members].map(([name, bytes]) => [name, Buffer.from(bytes).toString()])).toEqual([
      ["one", "abc"],
      ["two", "de"],
    ]);
  });
});
