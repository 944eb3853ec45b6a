import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openProject, type PublishResult } from "@datasette-publish/core";
import { ensureRuntime } from "@datasette-publish/runtime";
import { dockerBuilder, dockerRunner, startHerokuFake, type HerokuFake } from "@datasette-publish/fake-hosts";
import { realPart, startRegistry, type RunningRegistry, publishSite } from "@datasette-publish/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { heroku } from "./provider.ts";

const examples = fileURLToPath(new URL("../../../examples/csvs", import.meta.url));
const files = ["airports.csv", "birdstrikes.csv"];

describe.skipIf(!realPart("docker") || !realPart("registry"))("the example CSVs, run as Heroku runs them", { timeout: 300_000 }, () => {
  const runner = dockerRunner();
  const builder = dockerBuilder();
  let home: string;
  let registry: RunningRegistry;
  let fake: HerokuFake;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), "heroku-e2e-"));
    for (const file of files) await copyFile(join(examples, file), join(home, file));
    registry = await startRegistry();
    fake = await startHerokuFake({ runner, builder, registry });
  });
  afterAll(async () => {
    await fake.stop();
    await runner.close();
    await builder.close();
    await registry.stop();
    await rm(home, { recursive: true, force: true });
  });

  const run = (build: string): Promise<PublishResult> => {
    const project = openProject(
      files.map((file) => join(home, file)),
      { name: "examples" },
    );
    const options = { app: `examples-${build}`, build };
    const env = { ...fake.env, HOME: home };
    const request = { project, options, env, runtime: ensureRuntime };
    return publishSite(heroku, request, { report: () => {} });
  };

  test.each(["image", "remote"])("--build %s serves every row, on the port that Heroku gives", async (build) => {
    const { deployment } = await run(build);
    const records = (await readFile(join(examples, "airports.csv"), "utf8")).trim().split("\n").length - 1;
    const answer = await fetch(new URL("data/airports.json?_size=5&_shape=objects", deployment?.url ?? ""));
    expect(await answer.json()).toMatchObject({ filtered_table_rows_count: records, next_url: expect.stringMatching(/^https:/) as string });
    expect((await run(build)).deployment).toEqual(deployment);
    expect(fake.api.violations).toEqual([]);
  });
});
