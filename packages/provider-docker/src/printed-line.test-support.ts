import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openProject } from "@datasette-publish/core";
import { ensureRuntime } from "@datasette-publish/runtime";
import { freePort, publishSite, type SiteRequest } from "@datasette-publish/testkit";
import { afterAll, beforeAll, expect, vi } from "vitest";
import docker from "./index.ts";

/** The options of the line that is printed, by which a container is bounded. */
export const printed = "--read-only --tmpfs /tmp:size=128m --memory 512m".split(" ");

/** Gets a page of a site that runs. */
export type Get = (path: string) => Promise<{ status: number; text: string }>;

/** What a test does with a site that runs, in a container of this name. */
type Work = (get: Get, container: string) => Promise<void>;

/** A site in the real engine for every test of a `describe`: `serve` runs the line that is printed, with other options than its own. */
export function printedSite(name: string, csv: () => string, site: SiteRequest["site"]) {
  let dir: string;
  let line: readonly string[];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "docker-printed-"));
    await writeFile(join(dir, "hex.csv"), csv());
    const project = openProject([join(dir, "hex.csv")], { name });
    const request = { project, site: site ?? {}, options: {}, env: process.env, runtime: ensureRuntime };
    const { deployment } = await publishSite(docker, request, { report: () => {} });
    line = deployment?.next.flatMap((remedy) => (remedy.action === "run" && remedy.run[1] === "run" ? remedy.run : [])) ?? [];
  });
  afterAll(async () => {
    spawnSync("docker", ["rm", "--force", name]);
    spawnSync("docker", ["image", "rm", "--force", `${name}:latest`]);
    await rm(dir, { recursive: true, force: true });
  });

  async function serve(options: readonly string[], work: Work): Promise<void> {
    expect(line.join(" ")).toContain(printed.join(" "));
    const port = await freePort();
    const command = line.join(" ").replace(printed.join(" "), options.join(" ")).replace("127.0.0.1:8006:", `127.0.0.1:${port}:`);
    const [program = "", run = "", ...rest] = command.split(" ").filter((word) => word !== "");
    execFileSync(program, [run, "--detach", "--name", name, ...rest]);
    const get: Get = async (path) => {
      const response = await fetch(`http://127.0.0.1:${port}/${path}`);
      return { status: response.status, text: await response.text() };
    };
    try {
      await vi.waitFor(() => get("-/versions.json"), { timeout: 30_000, interval: 50 });
      await work(get, name);
      const state = "{{.State.Running}} {{.State.OOMKilled}}";
      expect(execFileSync("docker", ["inspect", "--format", state, name], { encoding: "utf8" }).trim()).toBe("true false");
    } finally {
      spawnSync("docker", ["rm", "--force", name]);
    }
  }
  return { serve };
}
