import { execFileSync } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { makeFolder, recordEvents } from "../fixtures.ts";
import { convert } from "../make-dataset.ts";
import { writeDatabase } from "./write-database.ts";

function mountSmall(path: string): boolean {
  try {
    execFileSync("/bin/mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", path], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test("a full disk is DISK_FULL and leaves nothing (a 1 MiB tmpfs; a page limit where mounting is not allowed)", async () => {
  await using folder = await makeFolder();
  await writeFile(folder.at("t.csv"), `a,b\n${"some text,more text\n".repeat(100_000)}`);
  const small = folder.at("small");
  await mkdir(small);
  const mounted = mountSmall(small);
  try {
    const work = mounted
      ? convert([folder.at("t.csv")], `${small}/out.db`, {}, recordEvents())
      : writeDatabase({ path: `${small}/out.db`, name: "out.db" }, "refuse", async (db) =>
          db.exec("PRAGMA max_page_count = 4; CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(1000000))"),
        );
    await expect(work).rejects.toMatchObject({ code: "DISK_FULL", facts: { file: expect.stringMatching(/out\.db$/) as string } });
    expect(await readdir(small)).toEqual([]);
  } finally {
    if (mounted) execFileSync("/bin/umount", [small]);
  }
});
