import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TarMember } from "./tar-header.ts";
import { listTar, readTar } from "./tar-reader.ts";
import { writeTar } from "./tar.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tar-reader-test-"));
});
afterAll(() => rm(dir, { recursive: true }));

async function* chunksOf(bytes: Uint8Array, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += sizeBytes) yield bytes.subarray(start, start + sizeBytes);
}

async function read(tar: Uint8Array, chunkBytes = 1000): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, body } of readTar(chunksOf(tar, chunkBytes))) found[name] = (await buffer(body())).toString("latin1");
  return found;
}

async function list(tar: Uint8Array): Promise<TarMember[]> {
  const path = join(dir, "list.tar");
  await writeFile(path, tar);
  await using handle = await open(path);
  const members: TarMember[] = [];
  for await (const member of listTar(handle)) members.push(member);
  return members;
}

describe("readTar", () => {
  test("reads what we write, whatever the names, contents and chunks", async () => {
    const segment = fc.string({ unit: fc.constantFrom(..."abcXYZ019._- é漢😀"), minLength: 1, maxLength: 70 }).map((part) => `n${part}n`);
    const name = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("/"));
    const file = fc.record({ name, mode: fc.constant(0o644), source: fc.uint8Array({ maxLength: 1500 }) });
    const files = fc.uniqueArray(file, { selector: ({ name: path }) => path, minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(files, fc.integer({ min: 1, max: 2000 }), async (given, chunkBytes) => {
        fc.pre(given.every((a) => given.every((b) => !b.name.startsWith(`${a.name}/`))));
        const found = await read(await buffer(writeTar(given)), chunkBytes);
        for (const { name: path, source } of given) expect(found[path]).toBe(Buffer.from(source).toString("latin1"));
      }),
      { numRuns: 40 },
    );
  });

  test.each(["gnu", "pax", "ustar", "v7"])("reads what the system's tar writes as %s", async (format) => {
    const folder = join(dir, format);
    const long = format === "gnu" || format === "pax" ? `${"long/".repeat(30)}name-${"x".repeat(120)}` : "short";
    await mkdir(join(folder, long, ".."), { recursive: true });
    await writeFile(join(folder, long), "content");
    execFileSync("ln", ["-s", long.slice(0, 90), join(folder, "link")]);
    execFileSync("ln", [join(folder, long), join(folder, "hard")]);
    const tar = execFileSync("tar", ["-C", folder, `--format=${format}`, "--sort=name", "-cf", "-", "."]);
    const members = await list(tar);
    expect(members.find(({ name }) => name === "link")).toMatchObject({ typeFlag: "2", linkName: long.slice(0, 90), sizeBytes: 0 });
    const found = await read(tar);
    expect(Object.keys(found)).toEqual(members.map(({ name }) => name));
    expect([found["hard"], found[long]]).toContain("content");
    expect(members.find(({ typeFlag }) => typeFlag === "1")).toMatchObject({ sizeBytes: 0 });
    expect(members.filter(({ typeFlag }) => typeFlag === "5").every(({ name }) => !name.endsWith("/"))).toBe(true);
  });

  test("leaves out what is not read of a member", async () => {
    const tar = await buffer(
      writeTar([
        { name: "a", mode: 0o644, source: Buffer.alloc(200_000, "a") },
        { name: "b", mode: 0o644, source: Buffer.from("b") },
      ]),
    );
    const names: string[] = [];
    for await (const { name } of readTar(chunksOf(tar, 4096))) names.push(name);
    expect(names).toEqual(["a", "b"]);
  });

  test.each<[string, (tar: Buffer) => Uint8Array]>([
    ["text", () => Buffer.from("no tar ".repeat(100))],
    ["a tar that ends in a header", (tar) => tar.subarray(0, 100)],
    ["a tar that ends in a content", (tar) => tar.subarray(0, 700)],
    ["a header whose checksum is wrong", (tar) => Buffer.concat([Buffer.from("x"), tar.subarray(1)])],
  ])("refuses %s", async (_, damage) => {
    const tar = damage(await buffer(writeTar([{ name: "a", mode: 0o644, source: Buffer.alloc(1000, "a") }])));
    await expect(read(tar)).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
    await expect(list(tar)).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
  });
});
