import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { plainEnvironment } from "./outsider/environment.ts";
import { packPackages, type PackedPackage } from "./outsider/packages.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));
const csvs = join(root, "examples/csvs");

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "installed-"));
  for (const folder of ["packed", "prefix", "bin", "home", "work"]) await mkdir(join(dir, folder));
  await symlink(process.execPath, join(dir, "bin", "node"));
  const files = neededBy("datasette-publish", await packPackages(join(dir, "packed"))).map(({ file }) => file);
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--prefix", join(dir, "prefix")];
  await run("npm", ["install", "--global", ...options, ...files], { env: plainEnvironment(), cwd: dir });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** The package of that name, and those of this repository that it depends on. */
function neededBy(name: string, packages: readonly PackedPackage[]): PackedPackage[] {
  const names = new Set([name]);
  for (const each of names)
    for (const next of Object.keys(packages.find(({ manifest }) => manifest.name === each)?.manifest.dependencies ?? {})) names.add(next);
  return packages.filter(({ manifest }) => names.has(manifest.name));
}

/** Digests of the images that `publish docker` writes. */
async function publish(command: readonly [string, ...string[]], options: readonly string[], env: NodeJS.ProcessEnv): Promise<string[]> {
  const [program, ...first] = command;
  const args = [...first, "docker", csvs, "--archive", "site.tar", "--platform", "linux/amd64", "--json", ...options];
  const { stdout } = await run(program, args, { cwd: join(dir, "work"), env });
  return (JSON.parse(stdout) as { images: { manifestDigest: string }[] }).images.map(({ manifestDigest }) => manifestDigest);
}

it("publishes what a clone publishes, checked, with Node alone on PATH and no network", { timeout: 300_000 }, async () => {
  const nowhere = "http://127.0.0.1:9";
  const env = { PATH: join(dir, "bin"), HOME: join(dir, "home"), HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere };
  const installed = await publish([join(dir, "prefix/bin/publish")], [], env);
  const clone = await publish([process.execPath, join(root, "apps/cli/bin/run.js")], ["--no-check"], process.env);
  expect(installed).toEqual(clone);
});

it("opens the page, with all its files, as the package has them", async () => {
  const env = { PATH: join(dir, "bin"), HOME: join(dir, "home") };
  const ui = spawn(join(dir, "prefix/bin/publish"), ["ui", csvs, "--no-open"], { env, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = (await once(ui.stdout, "data")) as [Buffer];
    const { origin, hash } = new URL(line.toString().trim());
    const page = await (await fetch(origin)).text();
    const assets = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
    expect(assets.length).toBeGreaterThan(1);
    for (const path of assets) expect((await fetch(origin + path)).status).toBe(200);
    const headers = { authorization: `Bearer ${hash.slice("#key=".length)}` };
    expect(await (await fetch(`${origin}/api/start`, { headers })).json()).toMatchObject({
      draft: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
  } finally {
    const closed = once(ui, "close");
    ui.kill("SIGTERM");
    await closed;
  }
});
