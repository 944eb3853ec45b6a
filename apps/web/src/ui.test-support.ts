import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../cli/bin/dev.js", import.meta.url));

/** Somebody's home: what is kept there, and what a command sees of the machine. */
export interface Home {
  readonly dir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  remove(): void;
}

/** `publish ui`, running. */
export interface Ui {
  /** Address of the page with its key. */
  readonly url: string;
  readonly port: number;
  /** What it wrote, beside the address. */
  readonly shown: readonly string[];
  /** Memory that the server has now, in bytes. */
  memoryBytes(): number;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Ends it as its user does. */
  stop(): Promise<void>;
}

/** An empty home. Of this machine only what can be fetched again is used, and no engine or token unless `env` names it. */
export function makeHome(env: Home["env"] = {}): Home {
  const dir = mkdtempSync(join(tmpdir(), "publish-home-"));
  const own = Object.entries(process.env).filter(([name]) => !/^(HEROKU|FLY)_/.test(name));
  return {
    dir,
    env: {
      ...Object.fromEntries(own),
      HOME: dir,
      XDG_DATA_HOME: join(dir, "data"),
      XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"),
      DOCKER_HOST: "unix:///nonexistent/docker.sock",
      ...env,
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Starts `publish ui --no-open` as its user does, and waits for the address that it writes. */
export async function startUi({ dir, env }: Home, args: readonly string[] = []): Promise<Ui> {
  const child = spawn(process.execPath, ["--conditions=source", bin, "ui", "--no-open", ...args], {
    cwd: dir,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const shown: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => shown.push(chunk.toString()));
  const lines = createInterface({ input: child.stdout });
  const [url] = (await Promise.race([once(lines, "line"), once(child, "exit").then(() => [""])])) as [string];
  if (url === "") throw new Error(`publish ui ended:\n${shown.join("")}`);
  return {
    url,
    port: Number(new URL(url).port),
    shown,
    memoryBytes: () => 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]),
    kill: () => end(child, "SIGKILL"),
    stop: () => end(child, "SIGTERM"),
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}
