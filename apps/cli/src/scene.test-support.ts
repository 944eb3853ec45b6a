import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

export const bin = fileURLToPath(new URL("../bin/dev.js", import.meta.url));

/** A folder with data to publish, a data folder of its own, and a browser that writes down what it is asked to open. */
export interface Scene {
  readonly dir: string;
  /** Environment of every command. */
  readonly env: Record<string, string | undefined>;
  /** File in which the browser puts the last URL. */
  readonly opened: string;
  publish(args: readonly string[], options?: { env?: Record<string, string>; input?: string }): Ended;
  /** The same while this process goes on: for hosts that live in it. `shown` collects what it says. */
  publishBeside(args: readonly string[], env: Record<string, string>, shown?: string[]): Promise<Ended>;
  remove(): void;
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function makeScene(): Scene {
  const dir = mkdtempSync(join(tmpdir(), "publish-scene-"));
  const opened = join(dir, "opened");
  const browser = join(dir, "browser");
  writeFileSync(browser, `#!/bin/sh\nprintf %s "$1" > ${opened}\n`);
  chmodSync(browser, 0o755);
  mkdirSync(join(dir, "pets"));
  writeFileSync(join(dir, "pets", "cats.csv"), "id,name\n1,Tom\n2,Kit\n");
  const env = environmentIn(dir, browser);
  return {
    dir,
    env,
    opened,
    publish(args, { env: more = {}, input = "" } = {}) {
      const { status, stdout, stderr } = spawnSync(process.execPath, ["--conditions=source", bin, ...args], {
        cwd: dir,
        encoding: "utf8",
        env: { ...env, ...more },
        input,
      });
      return { status, stdout, stderr };
    },
    async publishBeside(args, more, shown = []) {
      const child = spawn(process.execPath, ["--conditions=source", bin, ...args], {
        cwd: dir,
        env: { ...env, ...more },
        stdio: ["ignore", "pipe", "pipe"],
      });
      const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
      const [status, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
      shown.push(stdout, stderr);
      return { status, stdout, stderr };
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Of this machine only what can be fetched again is used; no token of the one who runs the test is found. */
function environmentIn(dir: string, browser: string): Scene["env"] {
  const own = Object.entries(process.env).filter(([name]) => !/^(HEROKU|FLY)_/.test(name));
  return {
    ...Object.fromEntries(own),
    HOME: dir,
    XDG_DATA_HOME: join(dir, "data"),
    XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"),
    DOCKER_HOST: "unix:///nonexistent/docker.sock",
    BROWSER: browser,
  };
}

/** How many rows the site at `url` says that the scene's table has. */
export async function rowsAt(url: string): Promise<number> {
  const response = await fetch(new URL("data/cats.json?_size=0", url));
  return ((await response.json()) as { filtered_table_rows_count: number }).filtered_table_rows_count;
}

/** Writes a provider package with no dependency: `source` is its module. */
export function writePackage(folder: string, source: string, manifest: object = {}): string {
  mkdirSync(folder, { recursive: true });
  const shown = { name: "provider-paper", version: "1.0.0", type: "module", exports: { import: "./provider.js" } };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ ...shown, keywords: ["datasette-publish-provider"], ...manifest }));
  writeFileSync(join(folder, "provider.js"), source);
  return folder;
}

/** The token that Paper accepts. */
export const paperToken = "canary-paper-token";

/** A host that is a JSON file (`PAPER_HOST`): name → what is published there. It has every verb. */
export const paperSource = `
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
const read = (env) => JSON.parse(readFileSync(env.PAPER_HOST, "utf8"));
const write = (env, sites) => writeFileSync(env.PAPER_HOST, JSON.stringify(sites));
const fail = (code, message) => Object.assign(new Error(message), { code, remedies: [], facts: {} });
const release = ({ current, createdAt = null, lost }, id) =>
  ({ id, current: id === current, status: "succeeded", description: "Publish", createdAt, restorable: id !== lost });
export default {
  interface: 1,
  name: "paper",
  title: "Paper",
  description: "A sheet of paper",
  options: {
    sheet: { type: "string", description: "Name of the sheet" },
    heading: { type: "string", description: "Heading of the sheet", level: "more" },
  },
  accepts: { images: { platforms: ["linux/amd64"], maxBytes: 500_000_000 } },
  names: { option: "sheet", pattern: /^[a-z][a-z0-9-]*$/, maxLength: 30 },
  login: {
    env: "PAPER_TOKEN",
    url: "https://paper.example/tokens",
    async account({ token, env }) {
      if (env.PAPER_LOGINS) appendFileSync(env.PAPER_LOGINS, "login\\n");
      if (token !== "${paperToken}") throw fail("CREDENTIALS_INVALID", "Nobody has the token " + token + ".");
      return "ada";
    },
  },
  async check() {},
  async rollout(ctx, before) {
    const url = ctx.env.PAPER_URL ?? "https://" + ctx.name + ".example/";
    const print = {
      verb: "create",
      target: ctx.name,
      run() {
        const releases = [...(read(ctx.env)[ctx.name]?.releases ?? []), "v" + ((before?.releases.length ?? 0) + 1)];
        const { plugins } = ctx.site.serve.metadata;
        write(ctx.env, { ...read(ctx.env), [ctx.name]: { url, releases, current: releases.at(-1), variables: ctx.variables([]), plugins, options: ctx.options } });
        return releases.at(-1);
      },
    };
    return {
      tasks: [print],
      url: () => ctx.env.PAPER_URL ?? null,
      result: ({ resultOf }) => ({ facts: { release: resultOf(print) } }),
    };
  },
  async status(ctx) {
    const site = read(ctx.env)[ctx.name];
    if (!site) return null;
    const releases = site.releases.map((id) => release(site, id)).reverse();
    return { name: ctx.name, url: site.url, state: "running", releases, facts: { sheetCount: 1, watermark: null } };
  },
  async *logs(ctx, { follow, lines }) {
    yield* ["one", "two", "three with " + ctx.token].slice(3 - lines);
    while (follow) {
      yield "tick";
      await sleep(50);
    }
  },
  async rollback(ctx, { id }) {
    const sites = read(ctx.env);
    const site = sites[ctx.name];
    site.current = id;
    write(ctx.env, sites);
    return release(site, site.current);
  },
  async unpublish(ctx) {
    const { [ctx.name]: gone, ...others } = read(ctx.env);
    write(ctx.env, others);
  },
  async list(ctx) {
    return Object.entries(read(ctx.env)).map(([name, { url }]) => ({ name, url }));
  },
};
`;
