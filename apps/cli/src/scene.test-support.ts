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
