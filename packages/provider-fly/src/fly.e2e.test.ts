import { execFileSync } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openProject, type OptionValues, type PublishResult } from "@datasette-publish/core";
import { ensureRuntime } from "@datasette-publish/runtime";
import { dockerRunner, startFlyFake, type FlyFake } from "@datasette-publish/fake-hosts";
import { realPart, startRegistry, type RunningRegistry, publishSite } from "@datasette-publish/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fly } from "./provider.ts";

const examples = fileURLToPath(new URL("../../../examples/csvs", import.meta.url));
const files = ["airports.csv", "birdstrikes.csv"];

describe.skipIf(!realPart("docker") || !realPart("registry"))("the example CSVs, run as Fly.io runs them", { timeout: 300_000 }, () => {
  const runner = dockerRunner();
  let home: string;
  let registry: RunningRegistry;
  let fake: FlyFake;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "fly-e2e-"));
    for (const file of files) await copyFile(join(examples, file), join(home, file));
    registry = await startRegistry();
    fake = await startFlyFake({ runner, registry });
  });
  afterAll(async () => {
    await fake.stop();
    await runner.close();
    await registry.stop();
    await rm(home, { recursive: true, force: true });
  });

  const run = (app: string, options: OptionValues = {}): Promise<PublishResult> => {
    const request = {
      project: openProject(
        files.map((file) => join(home, file)),
        { name: "examples" },
      ),
      options: { app, ...options },
      env: { ...fake.env, HOME: home },
      runtime: ensureRuntime,
    };
    return publishSite(fly, request, { report: () => {} });
  };
  const machines = (app: string) => [...(fake.apps.get(app)?.machines.values() ?? [])];

  test("serve every row, behind TLS", async () => {
    const { deployment } = await run("examples");
    const records = (await readFile(join(examples, "airports.csv"), "utf8")).trim().split("\n").length - 1;
    const answer = await fetch(new URL("data/airports.json?_size=5&_shape=objects", deployment?.url ?? ""));
    expect(await answer.json()).toMatchObject({ filtered_table_rows_count: records, next_url: expect.stringMatching(/^https:/) as string });
    expect((await run("examples")).deployment).toEqual(deployment);
    expect(machines("examples")).toMatchObject([{ state: "started", lease: null }]);
  });

  test("have a database beside them that is written to and outlives the image", async () => {
    const { deployment } = await run("writable", { createVolume: 1, createDb: ["notes"] });
    const answer = async (path: string) => (await fetch(new URL(path, deployment?.url ?? ""))).json();
    const [machine] = machines("writable");
    const volume = machine?.config.mounts?.[0]?.volume ?? "";
    write(`${registry.host}/writable@${machine?.image.digest}`, volume, "create table t (note); insert into t values ('kept')");
    await writeFile(join(home, files[1] ?? ""), "a\n1\n");
    await run("writable");
    expect(machines("writable")).toMatchObject([{ id: machine?.id, config: { mounts: [{ volume }] } }]);
    expect(await answer("-/databases.json")).toMatchObject([
      { name: "notes", is_mutable: true },
      { name: "data", is_mutable: false },
    ]);
    expect(await answer("notes/t.json?_shape=array")).toMatchObject([{ note: "kept" }]);
    expect(fake.api.violations).toEqual([]);
  });
});

/** Runs SQL in the volume's `notes.db`, as the user that serves it. */
function write(image: string, volume: string, sql: string): void {
  const script = "import sqlite3, sys; sqlite3.connect('/volume/notes.db').executescript(sys.argv[1])";
  const options = ["--rm", "--network", "none", "--user", "65532", "--volume", `${volume}:/volume`, "--entrypoint", "/usr/bin/python3.13"];
  execFileSync("docker", ["run", ...options, image, "-I", "-c", script, sql]);
}
