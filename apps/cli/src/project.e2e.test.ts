import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const bin = fileURLToPath(new URL("../bin/dev.js", import.meta.url));
let dir: string;

const files = {
  "pets/metadata.yaml": "title: Pets\nallow_sql: no\n",
  "pets/settings.json": '{"default_page_size": 5}',
  "pets/templates/index.html": "hello",
  "pets/static/raw.csv": "a\n1\n",
  "pets/notes.xlsx": "PK\u0003\u0004",
  "pets/pets.csv": "name\nRex\n",
  "csvs/requirements.txt": "pandas\n",
  "csvs/a.csv": "a\n1\n",
  "broken.yaml": "title: Pets\nallow: no\ntitle: Cats\n",
  "rules.yaml": "permissions: {view-instance: no}\n",
};

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "project-e2e-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function publish(...args: string[]) {
  const env = { ...process.env, DOCKER_HOST: "unix:///nonexistent/docker.sock" };
  const words = ["--conditions=source", bin, "docker", ...args, "--no-check", "--archive", "planned.tar"];
  return spawnSync(process.execPath, words, { cwd: dir, encoding: "utf8", env });
}

describe("a plan of a project", () => {
  test("lists what goes in and what is left out, for people and for programs", () => {
    const { stdout, stderr } = publish("pets", "--dry-run");
    expect(stdout).toContain(
      [
        "In the site, besides its data:",
        "  metadata   pets/metadata.yaml",
        "  settings   pets/settings.json",
        "  templates  pets/templates/index.html",
        "  static     pets/static/raw.csv",
        "Left out:",
        "  pets/notes.xlsx is an Excel workbook",
      ].join("\n"),
    );
    expect(stderr).toContain("! Left out: pets/notes.xlsx (an Excel workbook).");
    const result = JSON.parse(publish("pets", "--dry-run", "--json").stdout);
    expect(result.databases[0].tables.map(({ name }: { name: string }) => name)).toEqual(["pets"]);
    expect(result.files).toContainEqual({ from: "pets/templates/index.html", what: "templates", name: "site/templates/index.html" });
    expect(result.leftOut).toEqual([{ file: "pets/notes.xlsx", why: "is an Excel workbook" }]);
  });

  test("names what flags put in the place of its files, and what is no site's", () => {
    writeFileSync(join(dir, "other.json"), "{}");
    const given = ["-m", "other.json", "--static", "raw:pets/static", "--extra-options", "--version-note '1 2' --memory"];
    const { files: own, leftOut } = JSON.parse(publish("pets", "--dry-run", "--json", ...given).stdout);
    expect(own).toContainEqual({ from: "other.json", what: "metadata", name: "site/metadata.json" });
    expect(own).toContainEqual({ from: "pets/static/raw.csv", what: "static", name: "site/raw/raw.csv" });
    expect(leftOut).toContainEqual({ file: "pets/metadata.yaml", why: "is not taken, as another was given" });
    const data = JSON.parse(publish("csvs", "--dry-run", "--json").stdout);
    expect(data).toMatchObject({ files: [], leftOut: [{ file: "csvs/requirements.txt" }], warnings: [{ code: "INPUT_SKIPPED" }] });
  });
});

const read = (name: string) => spawnSync("tar", ["-xOf", join(dir, "planned.tar"), name], { encoding: "utf8" }).stdout;

test("the image is served as it is told", () => {
  const given = ["--extra_options", "--version-note '1 2' --memory", "--no-cors", "--crossdb", "--about_url", "https://a"];
  expect(publish("pets", ...given).status).toBe(0);
  const [{ Config }] = JSON.parse(read("manifest.json")) as [{ Config: string }];
  const { config } = JSON.parse(read(Config)) as { config: { Entrypoint: string[]; Cmd: string[]; WorkingDir: string } };
  const words = [...config.Entrypoint, ...config.Cmd];
  expect(words.slice(-4)).toEqual(["--crossdb", "--version-note", "1 2", "--memory"]);
  expect(words).not.toContain("--cors");
  expect(config.WorkingDir).toBe("/site");
});

describe("what cannot be served as it is meant is refused", () => {
  test.each([
    [["csvs", "-m", "broken.yaml"], "SITE_METADATA_INVALID", /broken\.yaml, line 3/],
    [["csvs", "-c", "rules.yaml"], "SITE_METADATA_INVALID", /0\.65 knows no permissions/],
    [["csvs", "-m", "gone.yaml"], "INPUT_NOT_FOUND", /gone\.yaml/],
    [["csvs", "--static", "a"], "OPTION_INVALID", /MOUNT:DIR/],
    [["csvs", "--static", "templates:csvs"], "OPTION_INVALID", /templates/],
    [["csvs", "--extra-options", "--host 0.0.0.0"], "OPTION_INVALID", /--host cannot be in --extra-options/],
    [["csvs", "--secret", "canary"], "COMMAND_INVALID", /no flag --secret/],
    [["csvs", "--plugin-secret", "auth", "key", "canary"], "OPTION_INVALID", /PLUGIN\.KEY/],
  ])("%j", (args, code, message) => {
    const { status, stdout, stderr } = publish(...args, "--json");
    expect(status).toBe(2);
    expect(JSON.parse(stdout).error).toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(stdout + stderr).not.toContain("canary");
  });
});
