import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeHeader } from "./tar-header.ts";
import { writeTar } from "./tar.ts";
import type { ImageFile } from "./types.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tar-test-"));
});
afterAll(() => rm(dir, { recursive: true }));

async function tarOf(files: readonly ImageFile[]): Promise<Buffer> {
  return buffer(writeTar(files));
}

/** What the system's tar says of an archive: path → mode, size, owner, date, target. */
async function listTar(tar: Uint8Array): Promise<string[]> {
  const path = join(dir, "list.tar");
  await writeFile(path, tar);
  const options = ["--numeric-owner", "--full-time", "--utc", "--quoting-style=literal", "-tvf", path];
  return execFileSync("tar", options, { encoding: "utf8", env: { ...process.env, LC_ALL: "C.UTF-8" } })
    .trimEnd()
    .split("\n");
}

/** The contents of all files of an archive, one after the other. */
function contentsOf(tar: Uint8Array): Buffer {
  return execFileSync("tar", ["-xO", "-f", "-"], { input: tar });
}

const text = (content: string) => new TextEncoder().encode(content);

describe("writeTar", () => {
  test("sorts, adds parents, and keeps modes, links and nothing of the machine", async () => {
    const tar = await tarOf([
      { name: "usr/lib/x.so", mode: 0o755, source: text("x") },
      { name: "tmp", mode: 0o1777, type: "directory" },
      { name: "lib", mode: 0o644, type: "symlink", linkName: "usr/lib" },
    ]);
    expect(await listTar(tar)).toEqual([
      "lrwxrwxrwx 0/0               0 1970-01-01 00:00:00 lib -> usr/lib",
      "drwxrwxrwt 0/0               0 1970-01-01 00:00:00 tmp/",
      "drwxr-xr-x 0/0               0 1970-01-01 00:00:00 usr/",
      "drwxr-xr-x 0/0               0 1970-01-01 00:00:00 usr/lib/",
      "-rwxr-xr-x 0/0               1 1970-01-01 00:00:00 usr/lib/x.so",
    ]);
  });

  test("says sizes from 8 GiB on in a pax record", () => {
    const header = Buffer.from(encodeHeader({ name: "big.db", mode: 0o444, type: "file", sizeBytes: 2 ** 33, linkName: "" }));
    expect(header.toString("latin1")).toContain("19 size=8589934592\n");
  });

  test.each<[string, ImageFile[]]>([
    ["a path that climbs", [{ name: "../etc/passwd", mode: 0o644, source: text("") }]],
    ["an absolute path", [{ name: "/etc/passwd", mode: 0o644, source: text("") }]],
    ["a whiteout", [{ name: "data/.wh.x", mode: 0o644, source: text("") }]],
    ["a file twice", [1, 2].map(() => ({ name: "a", mode: 0o644, source: text("") }))],
    ["a file under a file", ["a", "a/b"].map((name) => ({ name, mode: 0o644, source: text("") }))],
    ["a link without target", [{ name: "a", mode: 0o777, type: "symlink" }]],
    ["a file without source", [{ name: "a", mode: 0o644 }]],
    ["a mode that is none", [{ name: "a", mode: -1, source: text("") }]],
  ])("refuses %s", async (_, files) => {
    await expect(tarOf(files)).rejects.toMatchObject({ code: "IMAGE_INVALID" });
  });

  test("notices a file that grows while it is read", async () => {
    const path = join(dir, "growing");
    await writeFile(path, Buffer.alloc(1000));
    const tar = writeTar([{ name: "a", mode: 0o444, source: path }]);
    await tar.next();
    await writeFile(path, Buffer.alloc(1001));
    await expect(buffer(tar)).rejects.toMatchObject({ code: "INPUT_CHANGED" });
  });

  test("is read back by the system's tar, whatever the names and contents, in any order", async () => {
    const segment = fc.string({ unit: fc.constantFrom(..."abcXYZ019._- é漢😀"), minLength: 1, maxLength: 70 }).map((part) => `n${part}n`);
    const name = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("/"));
    const file = fc.record({ name, mode: fc.integer({ min: 0, max: 0o777 }), source: fc.uint8Array({ maxLength: 1500 }) });
    const files = fc.uniqueArray(file, { selector: ({ name: path }) => path, minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(files, async (given) => {
        fc.pre(given.every((a) => given.every((b) => !b.name.startsWith(`${a.name}/`))));
        const tar = await tarOf(given);
        expect(await tarOf(given.toReversed())).toEqual(tar);
        const listed = (await listTar(tar)).filter((line) => line.startsWith("-"));
        const names = listed.map((line) => line.split("00:00:00 ")[1]);
        expect(names.toSorted()).toEqual(given.map((each) => each.name).sort());
        const inOrder = names.map((each) => given.find(({ name: path }) => path === each)!.source);
        expect(contentsOf(tar).equals(Buffer.concat(inOrder))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
