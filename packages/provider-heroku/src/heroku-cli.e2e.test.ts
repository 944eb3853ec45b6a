import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openProject } from "@datasette-publish/core";
import { startHerokuFake, stubRunner, type HerokuFake } from "@datasette-publish/fake-hosts";
import { fakeRuntime, realPart, startRegistry, type RunningRegistry, publishSite } from "@datasette-publish/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { heroku } from "./provider.ts";

/** Heroku's own CLI, fetched by npm's client; it finds the fake by its host setting. */
const cli = ["exec", "--prefer-offline", "--yes", "--package=heroku@11.10.0", "--", "heroku"];

describe.skipIf(!realPart("registry"))("Heroku's own CLI on what was published", { timeout: 300_000 }, () => {
  let dir: string;
  let registry: RunningRegistry;
  let fake: HerokuFake;
  /** A second service of Heroku's that the CLI asks about terms of service; it lives with 404. */
  let other: Server;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "heroku-cli-"));
    other = createServer((_request, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    registry = await startRegistry();
    fake = await startHerokuFake({ runner: stubRunner({ rows: 1, healthy: true }), registry });
    await writeFile(join(dir, "pets.csv"), "name,legs\nRex,4\n");
    await publishSite(
      heroku,
      {
        project: openProject([join(dir, "pets.csv")]),
        options: { app: "pets-for-all" },
        env: fake.env,
        runtime: (platform) => fakeRuntime(platform, join(dir, "runtime")),
      },
      { report: () => {} },
    );
  });
  afterAll(async () => {
    other.close();
    await fake.stop();
    await registry.stop();
    await rm(dir, { recursive: true });
  });

  async function ask(...args: string[]): Promise<string> {
    const folders = { XDG_DATA_HOME: join(dir, "data"), XDG_CONFIG_HOME: join(dir, "config"), XDG_CACHE_HOME: join(dir, "cache") };
    const quiet = { DISABLE_TELEMETRY: "true", HEROKU_SKIP_NEW_VERSION_CHECK: "1", HEROKU_SKIP_ANALYTICS: "1" };
    const particleboard = { HEROKU_PARTICLEBOARD_URL: `http://127.0.0.1:${(other.address() as AddressInfo).port}` };
    const env = {
      ...process.env,
      ...folders,
      ...quiet,
      ...particleboard,
      ...fake.env,
      npm_config_call: undefined,
      npm_config_package: undefined,
    };
    const { stdout } = await promisify(execFile)("npm", [...cli, ...args], { cwd: dir, env, shell: process.platform === "win32" });
    return stdout;
  }

  it("lists the app, its stack, its releases, its config vars and its dyno", async () => {
    expect(JSON.parse(await ask("apps", "--json"))).toEqual([expect.objectContaining({ name: "pets-for-all" })]);
    expect(JSON.parse(await ask("apps:info", "--app", "pets-for-all", "--json"))).toMatchObject({
      app: { name: "pets-for-all", stack: { name: "container" } },
    });
    const releases = JSON.parse(await ask("releases", "--app", "pets-for-all", "--json")) as { status: string }[];
    expect(releases.map(({ status }) => status)).toEqual(releases.map(() => "succeeded"));
    const config = JSON.parse(await ask("config", "--app", "pets-for-all", "--json")) as Record<string, string>;
    expect(Object.keys(config).sort()).toEqual(["DATASETTE_PUBLISH_SITE", "DATASETTE_SECRET"]);
    expect(await ask("ps", "--app", "pets-for-all")).toContain("web.1");
    expect(fake.api.violations).toEqual([]);
  });
});
