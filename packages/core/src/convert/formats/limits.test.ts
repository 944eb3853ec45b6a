import { readdir } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { expect, test } from "vitest";
import { withWorkDir } from "../../files/work-dir.ts";
import { inputsOf, makeFolder, recordEvents } from "../fixtures.ts";
import { discoverInputs } from "./discover.ts";
import { limits, Unpacking } from "./limits.ts";

const csv = strToU8("a,b\n1,2\n");

async function discover(files: Readonly<Record<string, Uint8Array>>, maxUnpackedBytes?: number) {
  await using folder = await makeFolder(files);
  return await withWorkDir(async (dir) => {
    const options = { fileSettings: () => ({}), isFileNamed: () => false, ...(maxUnpackedBytes !== undefined && { maxUnpackedBytes }) };
    const { unreadable, csvs } = await discoverInputs(inputsOf(folder.path), dir, options, recordEvents());
    return {
      tables: csvs.map(({ table }) => table),
      facts: unreadable.map(({ error }) => ({ code: error.code, ...error.facts })),
      left: await readdir(dir),
    };
  });
}

test("an archive that unpacks to too many bytes is refused before they are written, and nothing of it stays", async () => {
  const files = { "a.csv": csv, "b.zip": zipSync({ "small.csv": csv, "x.csv": new Uint8Array(5000).fill(49) }), "c.csv.gz": gzipSync(csv) };
  const { tables, facts, left } = await discover(files, 1000);
  expect(facts).toMatchObject([{ code: "LIMIT_EXCEEDED", limit: "bytes", value: 1000 }]);
  expect(tables).toEqual(["a", "c"]);
  expect(left).toHaveLength(1);
  expect((await discover(files, 6000)).tables).toEqual(["a", "b/small", "b/x", "c"]);
  expect((await discover({ "a.csv": csv, "c.csv.gz": gzipSync(new Uint8Array(5000).fill(49)) }, 1000)).facts).toMatchObject([
    { limit: "bytes" },
  ]);
});

test("only what can be data is unpacked", async () => {
  const big = new Uint8Array(100_000);
  const zip = zipSync({ "a.csv": csv, "zeros.bin": big, "film.mp4": big, "book.xlsx": big, "page.html": big });
  expect(await discover({ "in.zip": zip }, 1000)).toMatchObject({ tables: ["in/a"], facts: [] });
});

test("a size that an archive tells wrongly does not help it", async () => {
  const zip = Buffer.from(zipSync({ "a.csv": [new Uint8Array(5000).fill(49), { level: 9 }] }));
  zip.writeUInt32LE(10, zip.indexOf("PK\u0001\u0002", 0, "latin1") + 24);
  zip.writeUInt32LE(10, 22);
  expect((await discover({ "a.csv": csv, "in.zip": zip }, 1000)).facts).toMatchObject([{ code: "ARCHIVE_INVALID" }]);
});

test("archives are unpacked three deep", async () => {
  const one = zipSync({ "a.csv": csv });
  const three = zipSync({ "2.zip": zipSync({ "1.zip": one }) });
  expect(await discover({ "3.zip": three })).toMatchObject({ tables: ["3/2/1/a"], facts: [] });
  const four = { "b.csv": csv, "4.zip": zipSync({ "3.zip": three }) };
  expect((await discover(four)).facts).toMatchObject([{ code: "LIMIT_EXCEEDED", limit: "nesting", value: 3 }]);
});

const within = async (
  unpacking: Unpacking,
  work: (archive: { path: string; name: string }, dir: string) => Promise<void>,
): Promise<void> => {
  await using folder = await makeFolder({ "in.zip": new Uint8Array(100_000) });
  const archive = { path: folder.at("in.zip"), name: "in.zip" };
  await unpacking.within(archive, () => work(archive, folder.path));
};

const unpack = (unpacking: Unpacking, bytes: number): Promise<void> =>
  within(unpacking, (archive, dir) => unpacking.addBytes(archive, dir, bytes));

test("an archive unpacks to a thousand times its size at most, where that is much, and its owner has not said more", async () => {
  await expect(unpack(new Unpacking(undefined), limits.ratioFromBytes)).resolves.toBeUndefined();
  const ratio = {
    code: "LIMIT_EXCEEDED",
    facts: { limit: "ratio", value: 1000 },
    remedies: [{ option: "maxUnpacked" }, { action: "leave-out" }],
  };
  await expect(unpack(new Unpacking(undefined), limits.ratioFromBytes + 1)).rejects.toMatchObject(ratio);
  await expect(unpack(new Unpacking(9e9), limits.ratioFromBytes + 1)).resolves.toBeUndefined();
  await expect(unpack(new Unpacking(undefined), limits.bytes + 1)).rejects.toMatchObject({ facts: { limit: "bytes", value: 8e9 } });
});

test("files and free space are limits too", async () => {
  const files = new Unpacking(undefined);
  const addAll = within(files, async (archive) => {
    for (let at = 0; at <= limits.files; at++) files.addFile(archive);
  });
  await expect(addAll).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", facts: { limit: "files", value: 100_000 } });
  const space = new Unpacking(Number.MAX_SAFE_INTEGER);
  const huge = within(space, (archive, dir) => space.expectBytes(archive, dir, 2 ** 52));
  await expect(huge).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", facts: { limit: "space" } });
});
