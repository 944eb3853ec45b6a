import { appendFile, readFile, readdir, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { strToU8, zipSync, type Zippable } from "fflate";
import { expect, test, vi } from "vitest";
import { inputsOf, makeFolder, recordEvents, snapshot } from "../fixtures.ts";
import { convert, makeDataset } from "../make-dataset.ts";

const csv = strToU8("a\n1\n2\n");

async function datasetOf(files: Readonly<Record<string, string | Uint8Array>>, input = ".") {
  await using folder = await makeFolder(files);
  await using work = await makeFolder();
  const ctx = recordEvents();
  const before = await snapshot(folder.path);
  const { databases } = await makeDataset(inputsOf(folder.at(input)), work.path, {}, ctx);
  expect(await snapshot(folder.path)).toEqual(before);
  const all = databases.flatMap((database) => database.tables.map((table) => ({ ...table, name: `${database.name}/${table.name}` })));
  const tables = all.map(({ name, rows }) => `${name}: ${rows}`);
  const sources = all.map(({ source }) => source?.replace(folder.path, ""));
  const titles = ctx.events.flatMap((event) => (event.type === "step.started" ? [event.title] : []));
  const sums = databases.map(({ sha256 }) => sha256);
  return { tables, sums, sources, titles, warnings: ctx.warnings(), left: await readdir(work.path) };
}

test("a zip archive is as the folder that was zipped, without what macOS adds, hidden files and links", async () => {
  const link: Zippable[string] = [strToU8("/etc/passwd"), { os: 3, attrs: (0o120777 << 16) >>> 0 }];
  const files = { "b.csv": csv, "sub.csv": csv, "sub/a.tsv": csv, "README.md": csv, ".hidden.csv": csv, "link.csv": link };
  const zip = zipSync({ csvs: files, "__MACOSX/csvs/._b.csv": csv });
  const { tables, sums, sources, titles, warnings, left } = await datasetOf({ "My Data.ZIP": zip }, "My Data.ZIP");
  expect(sums).toEqual((await datasetOf({ "b.csv": csv, "sub.csv": csv, "sub/a.tsv": csv })).sums);
  expect(tables).toEqual(["data/b: 2", "data/sub/a: 2", "data/sub: 2"]);
  expect(sources).toEqual(["/My Data.ZIP/b.csv", "/My Data.ZIP/sub/a.tsv", "/My Data.ZIP/sub.csv"]);
  expect(titles).toEqual(["Unpack My Data.ZIP", "Convert 3 files"]);
  expect([warnings, left]).toEqual([["INPUT_SKIPPED"], ["data.db"]]);
});

test("archives in a folder are as folders and files in it; one in an archive as well", async () => {
  const inner = zipSync({ "d.csv": csv, "sub/e.csv": csv });
  const { tables } = await datasetOf({ "a.csv": csv, "x/b.zip": zipSync({ "c.csv": csv, "inner.zip": inner }), "f.tsv.gz": gzipSync(csv) });
  expect(tables).toEqual(["data/a: 2", "data/f: 2", "data/x/b/c: 2", "data/x/b/inner/d: 2", "data/x/b/inner/sub/e: 2"]);
});

test("a gzip file is as the file in it, whether its name says so or not", async () => {
  for (const name of ["people.csv.gz", "people.CSV.GZ", "people.csv"]) {
    const { tables, sources } = await datasetOf({ [name]: gzipSync(csv) }, name);
    expect([name, tables, sources]).toEqual([name, ["data/people: 2"], [`/${name}`]]);
  }
});

test("a database in an archive comes with its write-ahead log; one alone is packed by gzip", async () => {
  await using folder = await makeFolder();
  using db = new DatabaseSync(folder.at("x.db"));
  db.exec("PRAGMA journal_mode = wal; CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)");
  const [main, wal] = [await readFile(folder.at("x.db")), await readFile(folder.at("x.db-wal"))];
  const { tables } = await datasetOf({ "in.zip": zipSync({ "q/x.db": main, "q/x.db-wal": wal }) }, "in.zip");
  expect(tables).toEqual(["x/t: 2"]);
  db.exec("PRAGMA journal_mode = delete");
  expect((await datasetOf({ "x.sqlite.gz": gzipSync(await readFile(folder.at("x.db"))) })).tables).toEqual(["x/t: 2"]);
});

test("names lead nowhere out of the archive's own place", async () => {
  const names = ["aux.csv", "con.csv", `${"long".repeat(60)}.csv`, "ab:c?.csv"];
  const { tables } = await datasetOf({ "in.zip": zipSync(Object.fromEntries(names.map((name) => [name, csv]))) }, "in.zip");
  expect(tables).toHaveLength(4);
  for (const name of ["../up.csv", "/abs.csv", "C:/abs.csv"])
    await expect(datasetOf({ "in.zip": zipSync({ [name]: csv }) }, "in.zip")).rejects.toMatchObject({ code: "ARCHIVE_INVALID" });
});

/** A zip archive of one file, with a byte changed: `at` counts from the start of the last such signature. */
function broken(signature: string, at: number, value: number, level: 0 | 6 = 6): Uint8Array {
  const zip = Buffer.from(zipSync({ "a.csv": [csv, { level }] }));
  zip[zip.lastIndexOf(Buffer.from(signature, "latin1")) + at] = value;
  return zip;
}

test.each([
  ["a broken sum", broken("a\n1\n2\n", 2, 51, 0), "a.csv: its checksum does not match"],
  ["a password", broken("PK\x01\x02", 8, 1), "a.csv: it is encrypted"],
  ["an unknown method", broken("PK\x01\x02", 10, 9), "unsupported compression method: 9"],
  ["its end missing", zipSync({ "a.csv": csv }).subarray(0, -30), /end of central directory/i],
])("a zip archive with %s is ARCHIVE_INVALID and says so", async (_name, zip, problem) => {
  const failure = datasetOf({ "in.zip": zip }, "in.zip");
  await expect(failure).rejects.toMatchObject({ code: "ARCHIVE_INVALID", message: expect.stringMatching(problem) as string });
  await expect(failure).rejects.toMatchObject({ facts: { file: expect.stringMatching(/in\.zip$/) as string } });
});

test("a gzip file that breaks off is ARCHIVE_INVALID; a bad line in an archive is named by its file in it", async () => {
  await expect(datasetOf({ "a.csv.gz": gzipSync(csv).subarray(0, -9) })).rejects.toMatchObject({ code: "ARCHIVE_INVALID" });
  const file = expect.stringMatching(/in\.zip\/q\.csv$/) as string;
  const ragged = datasetOf({ "in.zip": zipSync({ "q.csv": strToU8("a\n1,2\n") }) }, "in.zip");
  await expect(ragged).rejects.toMatchObject({ code: "CSV_INVALID", facts: { file, line: 2 } });
  const latin1 = datasetOf({ "in.zip": zipSync({ "q.csv": new Uint8Array([97, 10, 233, 10]) }) }, "in.zip");
  await expect(latin1).rejects.toMatchObject({ code: "CSV_ENCODING", facts: { file, line: 2 } });
});

test("names may begin with a dot, and be UTF-8 without saying so; what is not data need not be unpacked", async () => {
  const zip = Buffer.from(zipSync({ "./a.csv": csv, "b/./größe.csv": csv, "photo.jpg": csv }));
  for (const signature of ["PK\x01\x02", "PK\x03\x04"])
    for (let at = zip.indexOf(signature, 0, "latin1"); at >= 0; at = zip.indexOf(signature, at + 4, "latin1"))
      zip[at + (signature.endsWith("\x02") ? 9 : 7)] = 0;
  zip[zip.lastIndexOf(Buffer.from("PK\x01\x02", "latin1")) + 10] = 14;
  expect((await datasetOf({ "in.zip": zip }, "in.zip")).tables).toEqual(["data/a: 2", "data/b/größe: 2"]);
});

test("a write-ahead log that cannot be unpacked is not left out", async () => {
  const zip = Buffer.from(zipSync({ "x.db": csv, "x.db-wal": csv }));
  zip[zip.lastIndexOf(Buffer.from("PK\x01\x02", "latin1")) + 10] = 14;
  await expect(datasetOf({ "in.zip": zip }, "in.zip")).rejects.toMatchObject({ code: "ARCHIVE_INVALID" });
});

test("an archive without data is INPUT_EMPTY; a tar archive and an .xlsx are no input", async () => {
  await expect(datasetOf({ "in.zip": zipSync({}) }, "in.zip")).rejects.toMatchObject({ code: "INPUT_EMPTY" });
  await expect(datasetOf({ "in.tar.gz": gzipSync(csv) }, "in.tar.gz")).rejects.toMatchObject({ code: "INPUT_UNSUPPORTED" });
  const remedies = [{ action: "advise", text: expect.stringContaining("Save each sheet") as string }, { action: "leave-out" }];
  await expect(datasetOf({ "in.xlsx": zipSync({ a: csv }) }, "in.xlsx")).rejects.toMatchObject({ code: "INPUT_UNSUPPORTED", remedies });
  const { warnings } = await datasetOf({ "a.csv": csv, "in.tar.gz": gzipSync(csv), "b.xlsx": zipSync({ a: csv }) });
  expect(warnings).toEqual(["INPUT_SKIPPED"]);
});

test("convert takes an archive, once, and never writes over it", async () => {
  await using folder = await makeFolder({ "in.zip": zipSync({ "a.csv": csv }) });
  const paths = [folder.at("in.zip"), folder.path];
  const { tables } = await convert(paths, folder.at("out.db"), {}, recordEvents());
  expect(tables.map(({ name, rows }) => [name, rows])).toEqual([["a", 2]]);
  const over = convert([folder.at("in.zip")], folder.at("in.zip"), { force: true }, recordEvents());
  await expect(over).rejects.toMatchObject({ code: "OPTION_INVALID" });
});

test("an archive that is written meanwhile is INPUT_CHANGED; aborting leaves nothing", async () => {
  const changes: Promise<void>[] = [];
  await using folder = await makeFolder();
  const path = folder.at("in.zip");
  await using temporary = await makeFolder();
  vi.stubEnv("TMPDIR", temporary.path);
  const controller = new AbortController();
  for (const [stop, code] of [
    [() => void changes.push(appendFile(path, "x")), "INPUT_CHANGED"],
    [() => controller.abort(), "AbortError"],
  ] as const) {
    await writeFile(path, zipSync({ "a.csv": strToU8(`a\n${"1\n".repeat(500_000)}`) }));
    const report = (event: { type: string }): void => void (event.type === "step.progressed" && stop());
    const work = convert([path], folder.at("out.db"), {}, { report, signal: controller.signal });
    await expect(work.catch((error: Error & { code?: string }) => (error.name === "AbortError" ? error.name : error.code))).resolves.toBe(
      code,
    );
  }
  await Promise.all(changes);
  expect(await readdir(folder.path)).toEqual(["in.zip"]);
  expect(await readdir(temporary.path)).toEqual([]);
  vi.unstubAllEnvs();
});
