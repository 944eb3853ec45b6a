import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeFolder } from "./folder.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "folder-test-"));
});
afterEach(() => rm(dir, { recursive: true }));

const files = (path: string) => [
  { name: "Dockerfile", mode: 0o644, source: new TextEncoder().encode("FROM scratch\n") },
  { name: "data/1/data.db", mode: 0o444, source: path },
];

test("copies what it is given, and links nothing of the user's", async () => {
  await writeFile(join(dir, "data.db"), "database");
  const path = await writeFolder(join(dir, "image"), files(join(dir, "data.db")));
  expect(await readFile(join(path, "data/1/data.db"), "utf8")).toBe("database");
  expect((await stat(join(dir, "data.db"))).nlink).toBe(1);
  await writeFile(join(path, "data/1/data.db"), "edited");
  expect(await readFile(join(dir, "data.db"), "utf8")).toBe("database");
});

test("fills an empty folder, and leaves one that has something alone", async () => {
  await writeFile(join(dir, "data.db"), "database");
  await mkdir(join(dir, "image"));
  await writeFolder(join(dir, "image"), files(join(dir, "data.db")));
  await writeFile(join(dir, "image/Dockerfile"), "edited");
  await expect(writeFolder(join(dir, "image"), files(join(dir, "data.db")))).rejects.toMatchObject({ code: "OUTPUT_EXISTS" });
  await expect(writeFolder(join(dir, "data.db"), [])).rejects.toMatchObject({ code: "OUTPUT_EXISTS" });
  expect(await readFile(join(dir, "image/Dockerfile"), "utf8")).toBe("edited");
});

test("what it writes can be read by the user of an image, whatever the umask and the modes of a user's files", async () => {
  await writeFile(join(dir, "data.db"), "database", { mode: 0o600 });
  const before = process.umask(0o077);
  try {
    await writeFolder(join(dir, "image"), files(join(dir, "data.db")));
  } finally {
    process.umask(before);
  }
  const modes = ["", "data", "data/1", "data/1/data.db", "Dockerfile"].map(
    async (name) => (await stat(join(dir, "image", name))).mode & 0o777,
  );
  expect(await Promise.all(modes)).toEqual([0o755, 0o755, 0o755, 0o644, 0o644]);
});

test("leaves nothing behind when it fails", async () => {
  await expect(writeFolder(join(dir, "image"), files(join(dir, "gone.db")))).rejects.toThrow("gone.db");
  expect(await readdir(dir)).toEqual([]);
});
