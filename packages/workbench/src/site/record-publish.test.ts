import { mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openProject, prepare, type PublishResult } from "@datasette-publish/core";
import heroku from "@datasette-publish/provider-heroku";
import { openStore } from "../store/open-store.ts";
import { recordPublish, storeFile, workbenchFolder } from "./record-publish.ts";

test("a publish by any front end is in the list of sites, with its folder and the id of its project", async () => {
  const dir = await realpath(await mkdtemp(join(tmpdir(), "record-test-")));
  const env = { HOME: dir, XDG_DATA_HOME: join(dir, "data"), LOCALAPPDATA: join(dir, "data") };
  mkdirSync(join(dir, "pets"));
  writeFileSync(join(dir, "pets", "pets.csv"), "name\nRex\n");
  const result = { site: "pets", databases: [], files: [], leftOut: [], images: [] };
  const deployment = { provider: "heroku", id: "pets", url: null, next: [], facts: {} };
  for (const input of [join(dir, "pets"), join(dir, "pets", "pets.csv")]) {
    const project = openProject([input], { name: "pets" });
    await using prepared = await prepare(project, { site: { title: "Pets" } }, { report: () => {} });
    const made = { prepared, result: { ...result, deployment } satisfies PublishResult, hostName: "pets-1" };
    await recordPublish(env, { ...made, provider: heroku, options: { region: "eu", app: "pets-1" } });
    using store = openStore(join(await workbenchFolder(env), storeFile));
    const [site, ...others] = store.of("local").sites.list();
    expect(others).toEqual([]);
    expect(site).toMatchObject({ name: "pets", title: "Pets", folder: join(dir, "pets"), project: project.id });
    const place = { card: "heroku", options: { region: "eu" }, address: "pets-1" };
    expect(site!.versions[0]).toMatchObject({ provider: "heroku", place, digest: prepared.digest });
  }
  await rm(dir, { recursive: true });
});
