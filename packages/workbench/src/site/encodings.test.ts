import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { encodingExamples } from "./encodings.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "encodings-test-"));
});
afterEach(() => rm(dir, { recursive: true }));

async function examplesOf(bytes: Buffer, first?: readonly string[]) {
  const file = join(dir, "file");
  await writeFile(file, bytes);
  return encodingExamples(file, first);
}

test("a file is shown as it reads in each encoding, the likeliest first, and no reading twice", async () => {
  const bytes = Buffer.from("name;street\r\nMüller;Straße 1\r\nplain;text\r\nKäse;Weg\r\n", "latin1");
  const examples = await examplesOf(bytes);
  expect(examples[0]).toEqual({ encoding: "windows-1252", lines: ["Müller;Straße 1", "Käse;Weg"] });
  expect(examples.find(({ encoding }) => encoding === "macintosh")!.lines[0]).toBe("M¸ller;Straﬂe 1");
  const texts = examples.map(({ lines }) => lines.join());
  expect(new Set(texts).size).toBe(texts.length);
  expect((await examplesOf(bytes, ["koi8-r"]))[0]!.encoding).toBe("koi8-r");
});

test("an encoding that cannot read the lines is not offered, nor one that nobody knows", async () => {
  const japanese = Buffer.from([0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea, 0x0a]);
  const examples = await examplesOf(japanese, ["no-such-encoding"]);
  expect(examples.find(({ encoding }) => encoding === "shift_jis")!.lines).toEqual(["日本語"]);
  expect(examples.map(({ encoding }) => encoding)).not.toContain("no-such-encoding");
  expect(examples.map(({ encoding }) => encoding)).not.toContain("iso-8859-2");
});

test("there is nothing to choose where all is ASCII", async () => {
  expect(await examplesOf(Buffer.from("a,b\n1,2\n"))).toEqual([]);
  expect(await examplesOf(Buffer.alloc(0))).toEqual([]);
});
