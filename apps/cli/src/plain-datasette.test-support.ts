import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { freePort } from "@datasette-publish/testkit";

/** A Datasette as anybody runs it, to compare with. */
export interface PlainDatasette {
  /** Its address, without a slash at the end. */
  readonly url: string;
  stop(): void;
}

/** What a site has besides its database. */
interface PlainSite {
  readonly args: readonly string[];
  /** Path of the list of plugins to install. */
  readonly requirements?: string;
  readonly cwd: string;
}

/** Installs a version of Datasette into `dir`, and has it serve a database. */
export async function startPlain(version: string, dir: string, database: string, site?: PlainSite): Promise<PlainDatasette> {
  const venv = join(dir, "venv");
  execFileSync("python3", ["-m", "venv", venv]);
  execFileSync(join(venv, "bin/pip"), [
    "install",
    "-q",
    `datasette==${version}`,
    ...(site?.requirements === undefined ? [] : ["-r", site.requirements]),
  ]);
  const port = await freePort();
  const args = ["serve", "-i", database, "--cors", "-p", String(port), ...(site?.args ?? [])];
  const server = spawn(join(venv, "bin/datasette"), args, { stdio: "ignore", ...(site && { cwd: site.cwd }) });
  const url = `http://127.0.0.1:${port}`;
  await answers(`${url}/-/versions.json`);
  return { url, stop: () => server.kill() };
}

/** A response without what differs from request to request: how long queries took, and the address of the server. */
export async function pageOf(url: string): Promise<{ status: number; type: string | null; body: string }> {
  const response = await fetch(url);
  const body = (await response.text())
    .replaceAll(new URL(url).origin, "ORIGIN")
    .replaceAll(/"query_ms": [\d.]+/g, '"query_ms": 0')
    .replaceAll(/Queries took [\d.]+ms/g, "")
    .replaceAll(/toggle_url": "[^"]*"/g, 'toggle_url": ""');
  return { status: response.status, type: response.headers.get("content-type"), body };
}

/** Waits for an address to answer. */
export async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (
      await fetch(url).then(
        (r) => r.ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${url} does not answer`);
}
