import { mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openProject, prepare, type PublishResult } from "@datasette-publish/core";
import { openStore } from "../store/open-store.ts";
import { recordPublish, storeFile, workbenchFolder } from "./record-publish.ts";

test("a publish by any front end is in the list of sites, with its folder and the id of its project", async () => {
  const dir = await realpath(await mkdtemp(join(tmpdir(), "record-test-")));
  const env = { HOME: dir, XDG_DATA_HOME: join(dir, "data"), LOCALAPPDATA: join(dir, "data") };
  mkdirSync(join(dir, "pets"));
  writeFileSync(join(dir, "pets", "pets.csv"), "name\nRex\n");
  const result = { site: "pets", databases: [], files: [], leftOut: [], images: [] };
  const deployment = { provider: "shelf", id: "pets", url: null, next: [], facts: {} };
  for (const input of [join(dir, "pets"), join(dir, "pets", "pets.csv")]) {
    const project = openProject([input], { name: "pets" });
    await using prepared = await prepare(project, { site: { title: "Pets" } }, { report: () => {} });
    await recordPublish(env, { prepared, result: { ...result, deployment } satisfies PublishResult });
    using store = openStore(join(await workbenchFolder(env), storeFile));
    const [site, ...others] = store.of("local").sites.list();
    expect(others).toEqual([]);
    expect(site).toMatchObject({ name: "pets", title: "Pets", folder: join(dir, "pets"), project: project.id });
    expect(site!.versions[0]).toMatchObject({ provider: "shelf", digest: prepared.digest });
  }
  await rm(dir, { recursive: true });
});
