import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openProject } from "@datasette-publish/core";
import { prepareWhole } from "./prepare-whole.ts";

test("a file that cannot be read stops the run, and nothing is left of it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "prepare-whole-"));
  vi.stubEnv("TMPDIR", await mkdtemp(join(folder, "tmp-")));
  try {
    for (const [name, text] of Object.entries({ "good.csv": "a\n1\n", "ragged.csv": "a,b\n1\n", "blank.csv": "" }))
      await writeFile(join(folder, name), text);
    const paths = ["good.csv", "ragged.csv", "blank.csv"].map((name) => join(folder, name));
    const prepared = prepareWhole(openProject(paths), {}, { report: () => {} });
    await expect(prepared).rejects.toMatchObject({ code: "CSV_INVALID", facts: { files: 2, file: paths[2] } });
    expect(await readdir(tmpdir())).toEqual([]);
    await using whole = await prepareWhole(openProject(paths.slice(0, 1)), {}, { report: () => {} });
    expect(whole.site.dataset.databases).toHaveLength(1);
  } finally {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  }
});
