import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openPromise } from "yauzl";
import { openProject, prepare } from "@datasette-publish/core";
import { exportSite, type ExportOf } from "./export-site.ts";
import { isKept, keepVersion, versionDatabase } from "./version-folder.ts";

let dir: string;
let of: ExportOf;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "export-test-"));
  mkdirSync(join(dir, "pets"));
  writeFileSync(join(dir, "pets", "pets.csv"), "name\nRex\n");
  const versionDir = join(dir, "version");
  const site = { title: "Ada's pets", settings: { sql_time_limit_ms: "50" } };
  await using prepared = await prepare(openProject([join(dir, "pets")]), { site }, { report: () => {} });
  await keepVersion(prepared.site, versionDir);
  of = {
    site: { name: "pets", title: "Ada's pets" },
    version: {
      provider: "shelf",
      url: "https://pets.example.org/",
      decisions: [{ database: null, table: "pets", column: "name", kind: "first-name", decision: "public", by: "ada", atMs: 0 }],
      publishedMs: Date.UTC(2026, 10, 3),
    },
    files: [{ path: join(dir, "pets", "pets.csv"), name: 'Pets "1"; ü.csv' }],
    settings: { choices: { files: {}, tables: {} } },
    versionDir,
  };
});
afterEach(() => rm(dir, { recursive: true }));

async function unzip(file: string): Promise<Map<string, string>> {
  const zip = await openPromise(file);
  const found = new Map<string, string>();
  for await (const entry of zip.eachEntry()) found.set(entry.fileName, await text(await zip.openReadStreamPromise(entry)));
  return found;
}
async function save(): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of exportSite(of)) chunks.push(chunk);
  writeFileSync(join(dir, "all.zip"), Buffer.concat(chunks));
  return join(dir, "all.zip");
}

it("has the files, the databases, what describes them, decisions, and how to run it", async () => {
  expect([isKept(of.versionDir), isKept(dir)]).toEqual([true, false]);
  const found = await unzip(await save());
  expect(found.get('files/Pets "1"; ü.csv')).toBe("name\nRex\n");
  const database = versionDatabase(of.versionDir, "data.db").slice(of.versionDir.length + 1);
  expect(found.get(`site/${database}`)).toBe(readFileSync(versionDatabase(of.versionDir, "data.db"), "utf8"));
  const metadata = [...found].find(([name]) => name.endsWith("metadata.json"))!;
  expect(JSON.parse(metadata[1])).toMatchObject({ title: "Ada's pets" });
  expect(JSON.parse(found.get("decisions.json")!)).toMatchObject([{ by: "ada" }]);
  expect(JSON.parse(found.get("settings.json")!)).toMatchObject({ site: "pets", choices: { files: {} } });
  const readme = found.get("README.txt")!;
  expect(readme).toContain("Published on 2026-11-03 at https://pets.example.org/.");
  const command = readme.split("\n").find((line) => line.includes("datasette serve"))!;
  expect(command).toContain("--setting sql_time_limit_ms 50");
  for (const path of command.match(/\S+\.(?:db|json)/g)!) expect(found.has(`site/${path}`), path).toBe(true);
});

it("ends with the error of a file that is gone", async () => {
  of = { ...of, files: [{ path: join(dir, "gone.csv"), name: "gone.csv" }] };
  await expect(save()).rejects.toMatchObject({ code: "ENOENT" });
});

it("may be left off at any time", async () => {
  for await (const chunk of exportSite(of)) {
    expect(chunk.byteLength).toBeGreaterThan(0);
    break;
  }
});
