import { spawn, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const bin = fileURLToPath(new URL("../bin/dev.js", import.meta.url));
let dir: string;
let csvs: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "publish-e2e-"));
  csvs = join(dir, "my csvs");
  mkdirSync(csvs);
  writeFileSync(join(csvs, "zips.csv"), "zip,place\n02134,Allston\n00501,Holtsville\n");
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function publish(args: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--conditions=source", bin, ...args], {
    cwd: dir,
    encoding: "utf8",
    env: { ...process.env, DOCKER_HOST: "unix:///nonexistent/docker.sock", ...env },
  });
  return { status, stdout, stderr };
}

function errorOf(args: string[]) {
  const { status, stdout } = publish([...args, "--json"]);
  return { status, ...JSON.parse(stdout).error };
}

describe("publish convert", () => {
  test("writes a database, prints a report per column", () => {
    const { status, stdout } = publish(["convert", csvs, "out.db", "-pk", "zip"]);
    expect(stdout).toMatch(/zip +TEXT/);
    expect(status).toBe(0);
    const db = new DatabaseSync(join(dir, "out.db"), { readOnly: true });
    expect(
      db
        .prepare("select zip from zips order by zip")
        .all()
        .map((row) => row["zip"]),
    ).toEqual(["00501", "02134"]);
    db.close();
  });

  test("shows no control character of a file, and keeps it in --json", () => {
    writeFileSync(join(dir, "bell.csv"), "\u001b[2Ja,b\n1,2\n");
    expect(publish(["convert", "bell.csv", "bell.db"]).stdout).toContain(String.raw`\x1b[2Ja`);
    expect(publish(["convert", "bell.csv", "bell.db", "--force", "--json"]).stdout).toContain(String.raw`\u001b[2Ja`);
  });

  test("tells no value under CI, unless asked to", () => {
    expect(publish(["convert", csvs, "ci.db", "--json"], { CI: "true" }).stdout).not.toMatch(/00501|02134/);
    expect(publish(["convert", csvs, "ci.db", "--force", "--examples"], { CI: "true" }).stdout).toMatch(/from 00501 to 02134/);
  });

  test("refuses to overwrite, unless forced", () => {
    writeFileSync(join(dir, "there.db"), "mine");
    expect(errorOf(["convert", csvs, "there.db"])).toMatchObject({ status: 2, code: "OUTPUT_EXISTS" });
    expect(readFileSync(join(dir, "there.db"), "utf8")).toBe("mine");
    expect(publish(["convert", csvs, "there.db", "--force"]).status).toBe(0);
  });
});

test("--json says what was warned of, with a result and with an error", () => {
  writeFileSync(join(dir, "twice.csv"), "a,a\n1,2\n");
  for (const flags of [[], ["--primary-key", "zip"]]) {
    const { stdout } = publish(["convert", "twice.csv", "twice.db", "--force", ...flags, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ warnings: [{ code: "COLUMN_RENAMED" }], ...(flags.length > 0 && { error: {} }) });
  }
});

test.skipIf(process.platform !== "linux").each([[[]], [["--json"]]])(
  "a result that cannot be written is an error, and nothing is left behind: %j",
  (flags) => {
    const TMPDIR = mkdtempSync(join(dir, "tmp-"));
    const full = openSync("/dev/full", "w");
    const { status, stderr } = spawnSync(
      process.execPath,
      ["--conditions=source", bin, "docker", csvs, "--no-check", "--archive", "full.tar", ...flags],
      {
        cwd: dir,
        encoding: "utf8",
        env: { ...process.env, DOCKER_HOST: "unix:///nonexistent/docker.sock", TMPDIR },
        stdio: ["ignore", full, "pipe"],
      },
    );
    closeSync(full);
    expect(status).toBe(4);
    expect(stderr).toContain("code: OUTPUT_UNWRITABLE");
    expect(readdirSync(TMPDIR)).toEqual([]);
  },
);

describe("publish docker", () => {
  test("without an engine writes an archive that holds the data and says so", () => {
    const before = snapshot(csvs);
    const { status, stdout, stderr } = publish(["docker", csvs, "--no-check", "--json"]);
    expect(stderr).toContain("✓");
    expect(status).toBe(0);
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ site: "my-csvs", deployment: { provider: "docker" } });
    expect(statSync(join(dir, "my-csvs.tar")).size).toBeGreaterThan(1e6);
    expect(snapshot(csvs)).toEqual(before);
  });

  test("checks the site in the preview first, and gives the same digest again", () => {
    const digests = ["one.tar", "two.tar"].map((file) => {
      const { stdout } = publish(["docker", csvs, "--archive", file, "--json"]);
      return JSON.parse(stdout).images[0].manifestDigest;
    });
    expect(digests[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(digests[1]).toBe(digests[0]);
  });

  test("--dry-run says what it would do and writes nothing", () => {
    const before = readdirSync(dir);
    const { stdout, status } = publish(["docker", csvs, "--archive", "planned.tar", "--dry-run", "--no-check"]);
    expect(status).toBe(0);
    expect(stdout).toContain("planned.tar");
    expect(readdirSync(dir)).toEqual(before);
  });

  test.each([
    [["docker", "missing"], "INPUT_NOT_FOUND", 2],
    [["docker"], "COMMAND_INVALID", 2],
    [["preview"], "COMMAND_INVALID", 2],
    [["docker", "my csvs", "--port", "canary"], "OPTION_INVALID", 2],
    [["docker", "my csvs", "--open=yes"], "OPTION_INVALID", 2],
    [["docker", ".", "--canary-secret=canary-secret"], "COMMAND_INVALID", 2],
    [["docker", ".", "--name", "Not A Slug!", "--no-check", "--archive", "x.tar"], "SITE_NAME_INVALID", 2],
    [["docker", "my csvs", "--run"], "ENGINE_UNREACHABLE", 4],
    [["nonsense"], "COMMAND_INVALID", 2],
    [["convert", "x.db"], "COMMAND_INVALID", 2],
  ])("%j fails with %s", (args, code, status) => {
    const { stdout, stderr, status: got } = publish([...args, "--json"]);
    expect(JSON.parse(stdout).error).toMatchObject({ code });
    expect(got).toBe(status);
    expect(stdout.replaceAll("--canary-secret", "") + stderr).not.toContain("canary-secret");
  });

  test("interrupted, it leaves nothing behind and exits 130", async () => {
    const child = spawn(process.execPath, ["--conditions=source", bin, "docker", csvs, "--archive", "cut.tar"], {
      cwd: dir,
      env: { ...process.env, TMPDIR: mkdtempSync(join(dir, "tmp-")) },
    });
    await new Promise<void>((resolve) => child.stderr.on("data", (text) => String(text).includes("✓") && resolve()));
    child.kill("SIGINT");
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(code).toBe(130);
    expect(readdirSync(dir).filter((name) => name.startsWith("cut"))).toEqual([]);
    const left = readdirSync(dir).filter((name) => name.startsWith("tmp-"));
    expect(left.flatMap((name) => readdirSync(join(dir, name)).filter((file) => file.startsWith("datasette-publish")))).toEqual([]);
  });
});

describe("publish preview", () => {
  test("--once checks the site and prints its address", () => {
    const { stdout, status } = publish(["preview", csvs, "--once"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/http:\/\/127\.0\.0\.1:\d+/);
  });

  test("a port that is taken is one clear error", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.on("listening", resolve));
    const { port } = server.address() as { port: number };
    expect(errorOf(["preview", csvs, "--once", "--port", String(port)])).toMatchObject({ status: 4, code: "PORT_TAKEN" });
    server.close();
  });
});

test("a reader of progress that goes away leaves no temporary folder", async () => {
  const temporary = mkdtempSync(join(dir, "tmp-"));
  const child = spawn(process.execPath, ["--conditions=source", bin, "docker", csvs, "--no-check", "--dry-run", "--archive", "piped.tar"], {
    cwd: dir,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "ignore", "pipe"],
  });
  child.stderr.destroy();
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
  expect(readdirSync(temporary).filter((name) => name.startsWith("datasette-publish"))).toEqual([]);
});

test("a mistyped command is named, and never one that removes", () => {
  expect(errorOf(["dokcer", csvs])).toMatchObject({ status: 2, code: "COMMAND_INVALID", facts: { nearest: "docker" } });
  expect(errorOf(["publish", "heroku", csvs])).toMatchObject({ facts: { nearest: "heroku" } });
  expect(errorOf(["providers", "instal", "x"])).toMatchObject({ status: 2, facts: { nearest: "providers install" } });
  expect(errorOf(["status", "herkou"])).toMatchObject({ status: 2, hint: "Write publish status heroku." });
  expect(errorOf(["unpublsh", "heroku"]).facts).toEqual({});
  expect(errorOf(["canary"]).message).toContain("canary");
  expect(errorOf(["canary1"]).message).not.toContain("canary");
});

test("--serve without the check is refused", () => {
  expect(errorOf(["docker", csvs, "--serve", "--no-check"])).toMatchObject({ status: 2, code: "COMMAND_INVALID" });
});

test("help shows examples and the provider's options", () => {
  const { stdout } = publish(["docker", "--help"]);
  expect(stdout).toContain("publish docker ./csvs");
  expect(stdout).toContain("--archive");
  expect([publish(["docker", "-h"]).stdout, publish(["help", "docker"]).stdout]).toEqual([stdout, stdout]);
});

test("an error's code has help of its own", () => {
  const { stdout, status } = publish(["help", "HOST_BUSY"], { OCLIF_COLUMNS: "60" });
  expect(status).toBe(0);
  expect(stdout.split("\n\n").slice(0, 1)).toEqual(["HOST_BUSY"]);
  expect(stdout).toContain("What to do\n\nWait");
  expect(stdout.split("\n").filter((line) => line.length > 60)).toEqual([]);
  expect(publish(["help", "CANCELLED"])).toMatchObject({ status: 0, stdout: expect.stringContaining("was interrupted") as string });
  expect(publish(["help", "NO_SUCH_CODE"]).status).toBe(2);
});

test.each(["", "heroku", "fly", "convert", "providers install"])("publish %s --help fits 60 columns, and breaks no word", (command) => {
  const argv = [...command.split(" ").filter(Boolean), "--help"];
  const [narrow, wide] = ["60", "200"].map((OCLIF_COLUMNS) => publish(argv, { OCLIF_COLUMNS }).stdout);
  expect(narrow!.split("\n").filter((line) => line.length > 60)).toEqual([]);
  expect(narrow!.split(/\s+/)).toEqual(wide!.split(/\s+/));
});

test("an installed provider becomes a command, a broken one a warning", () => {
  const home = join(dir, "data");
  const modules = join(home, "datasette-publish/providers/node_modules");
  for (const [name, source] of [
    [
      "theirs",
      `export default { interface: 1, name: "theirs", title: "Theirs", description: "d", options: {}, accepts: { images: { platforms: ["linux/amd64"], compressions: ["gzip"] } }, check() {}, rollout() {} };`,
    ],
    ["future", `export default { interface: 99, name: "future" };`],
  ] as const) {
    mkdirSync(join(modules, name), { recursive: true });
    writeFileSync(
      join(modules, name, "package.json"),
      JSON.stringify({ name, version: "1.2.3", type: "module", main: "index.js", keywords: ["datasette-publish-provider"] }),
    );
    writeFileSync(join(modules, name, "index.js"), source);
  }
  const { stdout, stderr } = publish(["providers"], { XDG_DATA_HOME: home });
  expect(stdout).toMatch(/theirs +Theirs \(1\.2\.3\)/);
  expect(stderr).toMatch(/future could not be loaded: .*upgrade datasette-publish/i);
});

function snapshot(folder: string) {
  return readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]);
}
