import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findBinary, realPart } from "@datasette-publish/testkit";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { bin, makeScene, type Scene } from "../scene.test-support.ts";

let scene: Scene;
const children: ChildProcess[] = [];
beforeAll(() => {
  scene = makeScene();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(() => scene.remove());

const isAddress = /^http:\/\/127\.0\.0\.1:\d+\/[\w/]*#key=[\w-]{32}$/;

/** Starts `publish ui`, and collects what it says. */
function ui(...args: string[]) {
  const child = spawn(process.execPath, ["--conditions=source", bin, "ui", ...args], { cwd: scene.dir, env: scene.env });
  children.push(child);
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const [status] = (await once(child, "close")) as [number | null];
    return status;
  };
  const until = (text: RegExp) => vi.waitFor(() => expect(said.stdout + said.stderr).toMatch(text), { timeout: 60_000 });
  return { child, said, end, until };
}

const start = async (address: string) => {
  const { origin, hash } = new URL(address);
  const response = await fetch(`${origin}/api/start`, { headers: { authorization: `Bearer ${hash.slice("#key=".length)}` } });
  return { status: response.status, body: (await response.json()) as { draft: string | null } };
};

/** Files that lead a browser to the page. */
const doors = () => readdirSync(scene.dir).filter((name) => name.endsWith(".html"));

/** The arguments of every program of this machine, as its users see them. */
function commandLines(): readonly string[] {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const lines = processes.map((id) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, "utf8");
    } catch {
      return "";
    }
  });
  expect(lines.join("\n")).toContain("--conditions=source");
  return lines;
}

test("--no-open prints the address and nothing else, and two of them are there beside each other", async () => {
  const [one, two] = [ui("--no-open"), ui("pets", "--no-open")];
  await Promise.all([one.until(/is ready/), two.until(/is ready/)]);
  const [first, second] = [one.said.stdout, two.said.stdout].map((text) => text.trimEnd());
  expect([first, second]).toEqual([expect.stringMatching(isAddress), expect.stringMatching(isAddress)]);
  expect(one.said.stderr).toBe("The page is ready. Press Ctrl-C to close it; a publish that has begun goes on.\n");
  expect(await start(first!)).toEqual({ status: 200, body: { version: expect.any(String) as string, draft: null } });
  const { draft } = (await start(second!)).body;
  expect(new URL(second!).pathname).toBe(`/drafts/${draft}/files`);
  expect(await Promise.all([one.end("SIGINT"), two.end("SIGTERM")])).toEqual([0, 0]);
  expect(existsSync(scene.opened)).toBe(false);
});

test("--json tells the address while the page is there, and once", async () => {
  const { said, end, until } = ui("--json");
  await until(/\}\n/);
  const { url, warnings } = JSON.parse(said.stdout) as { url: string; warnings: unknown[] };
  expect([url, warnings]).toEqual([expect.stringMatching(isAddress), []]);
  expect(await end("SIGINT")).toBe(0);
  expect(JSON.parse(said.stdout)).toBeDefined();
});

test("gives the browser a file that leads to the page, so that no list of programs shows the key", async () => {
  const { child, said, until, end } = ui();
  await until(/open in your browser/);
  const opened = readFileSync(scene.opened, "utf8");
  expect(opened).toMatch(/^file:\/\/.*\/datasette-publish-[0-9a-f]{16}\.html$/);
  const door = fileURLToPath(opened);
  expect(statSync(door).mode & 0o777).toBe(0o600);
  const [, address = ""] = /url=(http:[^"]*)"/.exec(readFileSync(door, "utf8")) ?? [];
  expect(address).toMatch(isAddress);
  const { hash } = new URL(address);
  expect(commandLines().filter((line) => line.includes(hash))).toEqual([]);
  expect(said.stdout + said.stderr).not.toContain(hash);
  await start(address);
  await vi.waitFor(() => expect(existsSync(door)).toBe(false));
  expect(child.exitCode).toBeNull();
  expect(await end("SIGINT")).toBe(0);
});

test.runIf(realPart("chromium"))("a real browser follows that file, and the page in it has the key", async () => {
  const browser = join(scene.dir, "chromium");
  const flags = `--headless --no-sandbox --disable-gpu --disable-background-networking --remote-debugging-port=0 --user-data-dir=${scene.dir}/profile`;
  writeFileSync(browser, `#!/bin/sh\necho $$ > ${scene.dir}/pid\nexec ${findBinary("chromium")} ${flags} "$1"\n`);
  chmodSync(browser, 0o755);
  scene.env["BROWSER"] = browser;
  const { until, end } = ui();
  await until(/open in your browser/);
  // It is there by now, and goes when a page has asked with the key.
  await vi
    .waitFor(() => expect(doors()).toEqual([]), { timeout: 40_000, interval: 200 })
    .finally(() => {
      process.kill(Number(readFileSync(join(scene.dir, "pid"), "utf8")));
    });
  expect(await end("SIGINT")).toBe(0);
});

test("says the address when no browser opens, and leaves nothing behind", async () => {
  scene.env["BROWSER"] = "/nonexistent/browser";
  const { until, end } = ui();
  await until(/No browser was opened: .*Open this address in your browser: http:\/\/127\.0\.0\.1:\d+\/#key=/);
  expect(await end("SIGINT")).toBe(0);
  expect(doors()).toEqual([]);
});

test("repeats the address on Enter, in a terminal", async () => {
  const quoted = [process.execPath, "--conditions=source", bin, "ui", "--no-open"].join(" ");
  const child = spawn("script", ["--quiet", "--command", quoted, "/dev/null"], { cwd: scene.dir, env: scene.env });
  children.push(child);
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await vi.waitFor(() => expect(said).toContain("Press Enter"), { timeout: 60_000 });
  child.stdin.write("\n");
  await vi.waitFor(() => expect(said.match(/#key=[\w-]{32}/g)).toHaveLength(2));
  child.stdin.write("\u0003");
  await once(child, "close");
});

test("a folder that is not there, and a shortcut", () => {
  expect(scene.publish(["ui", "none", "--no-open"])).toMatchObject({ status: 2, stdout: "" });
  const { status, stdout } = scene.publish(["ui", "pets", "--shortcut", "--json"]);
  const { path } = JSON.parse(stdout) as { path: string };
  expect([status, path]).toEqual([0, join(scene.dir, "Datasette Publish pets.desktop")]);
  expect(readFileSync(path, "utf8")).toContain(`"ui" "${join(scene.dir, "pets")}"`);
});
