import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openProject } from "@datasette-publish/core";
import { ensureRuntime } from "@datasette-publish/runtime";
import { freePort, publishSite, realPart } from "@datasette-publish/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import docker from "./index.ts";

const rows = 80_000;
const name = `docker-temporary-${process.pid}`;

/** Sorts 3 GB, in next to no time. */
const large = `with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000)
  select length(x) from (select zeroblob(1000000) as x from n order by random()) limit 1`;
const sql = (query: string) => `sql=${encodeURIComponent(query)}`;

const pages = [
  "data/hex",
  "data/hex?_sort=name",
  "data/hex?_facet=city",
  `data.json?${sql("select city, count(*) from hex group by city limit 5")}`,
  `data.json?${sql("select a.* from hex a, (select 1 union select 2) order by a.name desc, a.city limit 5")}`,
];
const tooLarge = [
  `data.json?${sql(large)}`,
  `data?${sql(large)}`,
  ...["", ".json", ".csv"].map((format) => `data/hex${format}?_where=id+in+(${encodeURIComponent(large)})`),
];

/** The options of the line that is printed, by which it is told from others. */
const printed = ["--read-only", "--tmpfs", "/tmp"];

describe.skipIf(!realPart("docker"))("an image's temporary files", () => {
  let dir: string;
  let line: readonly string[];
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "docker-temporary-"));
    const records = Array.from({ length: rows }, (_, i) => `${i},${randomBytes(16).toString("hex")},${randomBytes(8).toString("hex")}\n`);
    await writeFile(join(dir, "hex.csv"), `id,name,city\n${records.join("")}`);
    // The end of the space comes first, however slow the machine.
    const site = { settings: { sql_time_limit_ms: "20000" } };
    const project = openProject([join(dir, "hex.csv")], { name });
    const { deployment } = await publishSite(
      docker,
      { project, site, options: {}, env: process.env, runtime: ensureRuntime },
      { report: () => {} },
    );
    line = deployment?.next.flatMap((remedy) => (remedy.action === "run" && remedy.run[1] === "run" ? remedy.run : [])) ?? [];
  });
  afterAll(async () => {
    spawnSync("docker", ["rm", "--force", name]);
    spawnSync("docker", ["image", "rm", "--force", `${name}:latest`]);
    await rm(dir, { recursive: true, force: true });
  });

  /** Runs the printed line with other options in the place of its own, on a free port, while `work` gets pages of it. */
  async function serve(
    options: readonly string[],
    work: (get: (path: string) => Promise<{ status: number; text: string }>) => Promise<void>,
  ) {
    expect(line.join(" ")).toContain(printed.join(" "));
    const port = await freePort();
    const command = line.join(" ").replace(printed.join(" "), options.join(" ")).replace("127.0.0.1:8006:", `127.0.0.1:${port}:`);
    const [program = "", run = "", ...rest] = command.split(" ");
    execFileSync(program, [run, "--detach", "--name", name, ...rest]);
    const get = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}/${path}`);
      return { status: response.status, text: await response.text() };
    };
    try {
      await vi.waitFor(() => get("-/versions.json"), { timeout: 30_000, interval: 50 });
      await work(get);
      expect(
        execFileSync("docker", ["inspect", "--format", "{{.State.Running}} {{.State.OOMKilled}}", name], { encoding: "utf8" }).trim(),
      ).toBe("true false");
    } finally {
      spawnSync("docker", ["rm", "--force", name]);
    }
  }

  it.each([
    ["the printed line", printed],
    ["--read-only alone", ["--read-only"]],
    ["--read-only, and no shared memory", ["--read-only", "--ipc=none"]],
  ])("are enough to show, sort and group a large table, with %s", async (_, options) => {
    await serve(options, async (get) => {
      for (const page of pages) expect(await get(page), page).toMatchObject({ status: 200 });
    });
  });

  it.each([
    ["/dev/shm has", ["--read-only"]],
    ["256 MB of memory allow, with a larger /tmp", [...printed, "--memory", "256m"]],
    ["256 MB of memory allow, with /dev/shm", ["--read-only", "--memory", "256m"]],
    ["256 MB of memory allow, without a folder", ["--read-only", "--ipc=none", "--memory", "256m"]],
    ["128 MB of memory allow", ["--read-only", "--memory", "128m"]],
  ])("are refused to a query that needs more than %s, and the site serves on", async (_, options) => {
    await serve(options, async (get) => {
      for (const page of tooLarge)
        expect(await get(page), page).toMatchObject({ status: 400, text: expect.stringContaining("more temporary space") as string });
      const [hex, ...others] = await Promise.all([get("data/hex"), ...tooLarge.flatMap((page) => [get(page), get(page)])]);
      expect(others.map(({ status }) => status)).toEqual(others.map(() => 400));
      expect(hex).toMatchObject({ status: 200 });
      for (const page of pages) expect(await get(page), page).toMatchObject({ status: 200 });
    });
  });
});
