import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openProject, manage, rollback, unpublish, type HostContext } from "@datasette-publish/core";
import { ensureRuntime } from "@datasette-publish/runtime";
import { freePort, realPart, publishSite, type SiteRequest } from "@datasette-publish/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import docker from "./index.ts";

const ctx = { report: () => {} };
const name = `docker-real-${process.pid}`;

function environment(): string {
  return execFileSync("docker", ["inspect", "--format", "{{json .Config.Env}}", `datasette-${name}`], { encoding: "utf8" });
}

async function logs(host: HostContext): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of docker.logs?.(host, { follow: false, lines: 50 }) ?? []) lines.push(line);
  return lines;
}

async function firstLine(host: HostContext): Promise<string | undefined> {
  for await (const line of docker.logs?.(host, { follow: true, lines: 50 }) ?? []) return line;
  return undefined;
}

describe.skipIf(!realPart("docker"))("a real engine", () => {
  let dir: string;
  let port: number;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "docker-real-"));
    await writeFile(join(dir, "pets.csv"), "name,legs\nRex,4\n");
    port = await freePort();
  });
  afterAll(async () => {
    spawnSync("docker", ["rm", "--force", "--volumes", `datasette-${name}`]);
    spawnSync("docker", ["image", "rm", "--force", `${name}:latest`]);
    await rm(dir, { recursive: true, force: true });
  });

  const request = () => ({ project: openProject([join(dir, "pets.csv")], { name }), options: {}, env: process.env });
  const start = (more: Partial<SiteRequest>) =>
    publishSite(docker, { ...request(), options: { run: true, port }, runtime: ensureRuntime, ...more }, ctx);

  it("runs a site, looks after it, goes back, and removes it", async () => {
    const url = `http://127.0.0.1:${port}/`;
    expect((await start({ variables: ["LEFT=first-value", "RIGHT=second-value"] })).deployment?.url).toBe(url);
    const status = await manage(docker, request(), ctx, async (host) => docker.status?.(host));
    expect(status).toMatchObject({ name, url, state: "running", releases: [{ description: `${name}:latest` }] });
    expect(await manage(docker, request(), ctx, async (host) => docker.list?.(host))).toContainEqual({ name, url });
    expect((await manage(docker, request(), ctx, logs)).length).toBeGreaterThan(0);
    expect(await manage(docker, request(), ctx, firstLine)).toBeTypeOf("string");

    const secret = /DATASETTE_SECRET=(\w+)/.exec(environment())?.[0];
    await start({ variables: ["RIGHT=third-value"] });
    for (const kept of [secret, "LEFT=first-value", "RIGHT=third-value"]) expect(environment()).toContain(`"${kept}"`);

    await writeFile(join(dir, "pets.csv"), "name,legs\nRex,4\nTom,4\n");
    await start({});
    const { release } = await rollback(docker, request(), undefined, ctx);
    const page = await fetch(`${url}data/pets.json?_size=0`);
    expect(await page.json()).toMatchObject({ filtered_table_rows_count: 1 });
    for (const kept of [secret, "LEFT=first-value", "RIGHT=third-value"]) expect(environment()).toContain(`"${kept}"`);
    const [current, newer] = await manage(docker, request(), ctx, async (host) => (await docker.status?.(host))?.releases ?? []);
    expect([current, newer]).toMatchObject([{ id: release.id, current: true }, { current: false }]);

    await unpublish(docker, request(), ctx);
    for (const image of [`${name}:latest`, current!.id, newer!.id])
      expect(spawnSync("docker", ["image", "inspect", image]).status, image).not.toBe(0);
    expect(await manage(docker, request(), ctx, async (host) => docker.status?.(host))).toBeNull();
  });

  it("shows the last lines of a container that does not come up, and removes it", async () => {
    const failing = start({ site: { settings: { no_such_setting: "1" } } });
    await expect(failing).rejects.toMatchObject({
      code: "DEPLOYMENT_UNHEALTHY",
      facts: { problem: "the container ended", restored: null, logs: expect.stringContaining("no_such_setting") as string },
    });
    expect(await manage(docker, request(), ctx, async (host) => docker.status?.(host))).toBeNull();
  });
});
