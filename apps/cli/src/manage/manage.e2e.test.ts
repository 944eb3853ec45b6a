import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { freePort } from "@datasette-publish/testkit";
import { paperSource, paperToken, writePackage } from "../../../../packages/workbench/src/providers/paper.test-support.ts";
import { bin, makeScene, type Scene } from "../scene.test-support.ts";

let scene: Scene;
let host: string;
const site = { url: "https://sheet.example/", releases: ["v1", "v2", "v3"], current: "v3" };
const sites = () => JSON.parse(readFileSync(host, "utf8")) as Record<string, Record<string, unknown>>;
const json = (...args: string[]) => JSON.parse(scene.publish([...args, "--json"]).stdout);
const paper = ["pets", "--sheet", "sheet"];

beforeAll(() => {
  scene = makeScene();
  host = join(scene.dir, "host.json");
  Object.assign(scene.env, { PAPER_HOST: host, PAPER_TOKEN: paperToken });
  scene.publish(["providers", "install", writePackage(join(scene.dir, "paper"), paperSource)]);
});
beforeEach(() => writeFileSync(host, JSON.stringify({ sheet: site })));
afterAll(() => scene.remove());

describe("publish status, open, rollback, list", () => {
  test("status shows state, URL, facts and releases, the latest first", () => {
    writeFileSync(host, JSON.stringify({ sheet: { ...site, lost: "v1", createdAt: "2026-11-24T14:30:59Z" } }));
    expect(json("status", "paper", ...paper)).toMatchObject({
      site: "pets",
      provider: "paper",
      name: "sheet",
      state: "running",
      facts: { sheetCount: 1, watermark: null },
    });
    const { stdout, status } = scene.publish(["status", "paper", ...paper]);
    expect(stdout).toMatch(/sheet is running at https:\/\/sheet\.example\/[^]*sheet count +1[^]*\* v3[^]*v2[^]*v1/);
    expect(stdout).not.toContain("watermark");
    expect(stdout.match(/.*no way back.*/g)).toEqual([expect.stringMatching(/v1 .* 2026-11-24 14:30 UTC /)]);
    expect(status).toBe(0);
  });

  test("what is not published is NOT_PUBLISHED", () => {
    for (const verb of ["status", "open", "unpublish"])
      expect(json(verb, "paper", "pets", "--sheet", "other", ...(verb === "unpublish" ? ["--yes"] : [])).error).toMatchObject({
        code: "NOT_PUBLISHED",
      });
  });

  test("open prints the URL and opens it", async () => {
    const { stdout, stderr } = scene.publish(["open", "paper", ...paper]);
    expect(stdout).toBe(`${site.url}\n`);
    expect(stderr).toContain(`Opened ${site.url}`);
    expect(scene.publish(["open", "paper", ...paper, "--json"]).stderr).not.toContain("Opened");
    await expect.poll(() => readFileSync(scene.opened, "utf8")).toBe(site.url);
  });

  test("that no browser opens it is a warning", () => {
    const { status, stdout } = scene.publish(["open", "paper", ...paper, "--json"], { env: { BROWSER: "false" } });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ url: site.url, warnings: [{ code: "BROWSER_NOT_OPENED" }] });
  });

  test("that there is nothing to open is a warning", () => {
    writeFileSync(host, JSON.stringify({ sheet: { ...site, url: null } }));
    const { status, stdout, stderr } = scene.publish(["open", "paper", ...paper, "--json"]);
    expect(status).toBe(0);
    const warnings = [
      { code: "BROWSER_NOT_OPENED", message: expect.any(String) as string, facts: { url: null, reason: "it has no URL" }, remedies: [] },
    ];
    expect(JSON.parse(stdout)).toEqual({ provider: "paper", name: "sheet", url: null, warnings });
    expect(stderr).toContain("! ");
  });

  test("rollback goes to the release before, or to the one that --to names", () => {
    writeFileSync(host, JSON.stringify({ sheet: { ...site, url: null } }));
    expect(json("rollback", "paper", ...paper)).toMatchObject({ name: "sheet", release: { id: "v2", current: true } });
    expect(json("rollback", "paper", ...paper, "--to", "v1")).toMatchObject({ release: { id: "v1" } });
    expect(sites()["sheet"]).toMatchObject({ current: "v1" });
  });

  test("list shows the sites of one provider, and of every one with a token", () => {
    const expected = { sites: [{ provider: "paper", name: "sheet", url: site.url }] };
    expect(json("list", "paper")).toEqual({ ...expected, warnings: [] });
    expect(json("list").sites).toEqual(expect.arrayContaining(expected.sites));
    expect(scene.publish(["list"]).stderr).not.toContain("! ");
    const { stdout } = scene.publish(["list", "--json"], { env: { PAPER_TOKEN: "" } });
    expect(JSON.parse(stdout).sites).not.toEqual(expect.arrayContaining(expected.sites));
  });

  test("a token that is refused is a warning in a list of all, an error in a list of one", () => {
    const refused = { env: { PAPER_TOKEN: "canary-refused" } };
    const all = scene.publish(["list"], refused);
    expect(all.status).toBe(3);
    expect(all.stdout).not.toContain("No sites");
    expect(JSON.parse(scene.publish(["list", "--json"], refused).stdout).problems).toMatchObject([
      { provider: "paper", code: "CREDENTIALS_INVALID", exitStatus: 3 },
    ]);
    expect(all.stderr).toContain("! ");
    const one = scene.publish(["list", "paper", "--json"], refused);
    expect(JSON.parse(one.stdout).error).toMatchObject({ code: "CREDENTIALS_INVALID" });
    expect(one.status).toBe(3);
    expect(all.stderr + all.stdout + one.stdout + one.stderr).not.toContain("canary-refused");
  });
});

describe("publish logs", () => {
  test("prints lines, without secrets; --lines limits them", () => {
    const { stdout, stderr } = scene.publish(["logs", "paper", ...paper, "--lines", "2"]);
    expect(stdout).toBe("two\nthree with [secret]\n");
    expect(stderr).not.toContain("three");
    expect(json("logs", "paper", ...paper)).toEqual({
      provider: "paper",
      site: "pets",
      name: "sheet",
      lines: ["one", "two", "three with [secret]"],
      warnings: [],
    });
  });

  test.each([
    ["Ctrl-C", (child: ReturnType<typeof follow>) => child.kill("SIGINT")],
    ["its reader's end", (child: ReturnType<typeof follow>) => child.stdout.destroy()],
  ])("--follow shows lines as they come, and ends well on %s", async (_, end) => {
    const child = follow();
    await new Promise<void>((resolve) => child.stdout.on("data", (text) => String(text).includes("tick") && resolve()));
    end(child);
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
  });

  test.skipIf(process.platform === "win32")("without a terminal it outlives its parent and a hang-up, as under nohup", async () => {
    const command = [process.execPath, "--conditions=source", bin, "logs", "paper", ...paper, "--follow"];
    const parent = spawn("sh", ["-c", '"$@" & echo $!; wait', "sh", ...command], { cwd: scene.dir, env: scene.env });
    let shown = "";
    const ended = new Promise((resolve) => parent.stdout.on("data", (chunk) => (shown += chunk)).on("end", resolve));
    await expect.poll(() => shown, { timeout: 10_000 }).toContain("tick");
    const pid = Number.parseInt(shown, 10);
    parent.kill("SIGKILL");
    process.kill(pid, "SIGHUP");
    await sleep(1500);
    const before = shown.length;
    await expect.poll(() => shown.length).toBeGreaterThan(before);
    process.kill(pid, "SIGTERM");
    await ended;
  });

  test("--follow and --json exclude each other", () => {
    expect(json("logs", "paper", ...paper, "--follow").error).toMatchObject({ code: "COMMAND_INVALID" });
  });
});

describe("publish unpublish", () => {
  test("without a terminal it wants --yes, and does nothing", () => {
    const { stdout, status } = scene.publish(["unpublish", "paper", ...paper, "--json"], { input: "sheet\n" });
    expect(JSON.parse(stdout).error).toMatchObject({ code: "COMMAND_INVALID", facts: { option: "yes" } });
    expect(status).toBe(2);
    expect(sites()).toHaveProperty("sheet");
  });

  test("with --yes it removes the site, after one login", () => {
    const logins = join(scene.dir, "logins");
    const { stdout } = scene.publish(["unpublish", "paper", ...paper, "--yes", "--json"], { env: { PAPER_LOGINS: logins } });
    expect(JSON.parse(stdout)).toEqual({ provider: "paper", name: "sheet", url: site.url, warnings: [] });
    expect(sites()).toEqual({});
    expect(readFileSync(logins, "utf8")).toBe("login\n");
  });
});

const publishPaper = ["paper", "pets", "--sheet", "new", "--no-check"];

describe("publish paper", () => {
  test("--env and --plugin-secret reach the site as variables, and nothing else; --open opens it", async () => {
    const served = createServer((_request, response) => response.end('{"filtered_table_rows_count":2}')).listen(0, "127.0.0.1");
    await once(served, "listening");
    const url = `http://127.0.0.1:${(served.address() as AddressInfo).port}/`;
    const args = ["--env", "GREETING=hello", "--env", "OWN", "--plugin-secret", "auth-paper.client_secret", "--open"];
    const env = { OWN: "canary-own", AUTH_PAPER_CLIENT_SECRET: "canary-plugin", PAPER_URL: url };
    const { status, stdout, stderr } = await scene.publishBeside([...publishPaper, "--json", ...args], env);
    served.close();
    expect(status, stderr).toBe(0);
    expect(sites()["new"]).toMatchObject({
      variables: { GREETING: "hello", OWN: "canary-own", AUTH_PAPER_CLIENT_SECRET: "canary-plugin" },
      plugins: { "auth-paper": { client_secret: { $env: "AUTH_PAPER_CLIENT_SECRET" } } },
    });
    expect(stdout + stderr).not.toContain("canary");
    await expect.poll(() => readFileSync(scene.opened, "utf8")).toBe(url);
  });

  test("--timeout limits the wait for the site", async () => {
    const url = `http://127.0.0.1:${await freePort()}/`;
    const { stdout, status } = scene.publish([...publishPaper, "--json", "--timeout", "1"], {
      env: { PAPER_URL: url },
    });
    expect(JSON.parse(stdout).error).toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", facts: { url } });
    expect(status).toBe(5);
  });

  test("an option of the provider is given as a flag", () => {
    json(...publishPaper, "--heading", "Heading");
    expect(sites()["new"]).toMatchObject({ options: { heading: "Heading" } });
    expect(scene.publish(["paper", "--help"]).stdout).toContain("Heading of the sheet");
  });
});

describe("a provider without the verb", () => {
  test.each([
    ["login", "docker"],
    ["status", "canary-nobody"],
    ["status"],
    ["login", "canary-nobody"],
    ["list", "canary-nobody"],
    ["logs", "fly", "--follow", "--canary"],
    ["logs", "--follow", "paper"],
    ["login", "paper", "canary-token"],
  ])("publish %s %s is COMMAND_INVALID", (...args) => {
    const { stdout, stderr, status } = scene.publish([...args, "--json"]);
    expect(JSON.parse(stdout).error).toMatchObject({ code: "COMMAND_INVALID" });
    expect(status).toBe(2);
    expect(stdout + stderr).not.toContain("canary");
  });
});

test("the data folder is the user's own", () => {
  expect(statSync(join(scene.dir, "data/datasette-publish/providers")).mode & 0o777).toBe(0o700);
});

function follow() {
  return spawn(process.execPath, ["--conditions=source", bin, "logs", "paper", ...paper, "--follow"], {
    cwd: scene.dir,
    env: scene.env,
    stdio: ["ignore", "pipe", "ignore"],
  });
}
