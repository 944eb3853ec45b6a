import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { lockedVersions } from "@datasette-publish/runtime";
import { freePort, realPart } from "@datasette-publish/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canHaveBase, ownBase } from "./own-base.test-support.ts";
import { answers, pageOf, startPlain, type PlainDatasette } from "./plain-datasette.test-support.ts";
import { bin } from "./scene.test-support.ts";

const plugin = `
from datasette import hookimpl, Response
import datasette_render_markdown, yaml

async def hello(datasette):
    return Response.text(yaml.safe_load(open("templates/words.yml"))["hello"])

@hookimpl
def register_routes():
    return [("^/-/hello$", hello)]

@hookimpl
def prepare_connection(conn):
    conn.create_function("shout", 1, str.upper)
`;
const files = {
  "t.csv": "id,name\n1,Rex\n2,Tom\n",
  "requirements.txt": "datasette-render-markdown\ndatasette-block-robots  # for bots\n",
  "plugins/hello.py": plugin,
  "templates/index.html": '{% extends "default:index.html" %}{% block content %}<h1>{{ metadata.title }}, by us</h1>{% endblock %}',
  "templates/words.yml": "hello: Good day\n",
  "templates/pages/about.html": "<p>About</p>",
  "templates/pages/topic/{slug}.html": "<p>On {{ slug }}</p>",
  "static/site.css": "body { color: navy }",
};
const queries = "databases: {data: {queries: {loud: {sql: 'select shout(name) as name from t order by id'}}}}\n";
/** Configuration as each version has it: a site that forbids SQL, and has a query. */
const configured = {
  "0.65": { "metadata.yaml": `title: Everything\nallow_sql: false\n${queries}` },
  "1.0": { "metadata.yaml": "title: Everything\n", "datasette.yaml": `allow_sql: false\n${queries}` },
} as const;
const paths = [
  "/",
  "/about",
  "/topic/dogs",
  "/static/site.css",
  "/-/hello",
  "/robots.txt",
  "/data/t.json",
  "/data/t",
  "/data/loud.json",
  "/data/none",
];

/** Which images there are to compare: the second one takes a base. */
const images = canHaveBase("trixie") ? "in the image of either builder" : "in the assembled image, without a base for a Dockerfile,";

describe.skipIf(!realPart("docker")).each(["0.65", "1.0"] as const)("a whole site on Datasette %s", (line) => {
  let dir: string;
  let plain: PlainDatasette;
  let preview: ChildProcess;
  const containers: string[] = [];
  let urls: readonly string[];
  const warnings: unknown[] = [];
  const tags = ["assemble", "dockerfile"].map((builder) => `whole-${process.pid}-${line}:${builder}`);

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "whole-site-"));
    for (const [name, text] of Object.entries({ ...files, ...configured[line] })) {
      mkdirSync(dirname(join(dir, "site", name)), { recursive: true });
      writeFileSync(join(dir, "site", name), text);
    }
    const version = ["--datasette-version", line === "1.0" ? "1.0a" : line];
    const site = join(dir, "site");
    const builders = canHaveBase("trixie") ? [[], ["--builder", "dockerfile", "--base", ownBase("trixie")]] : [[]];
    const served: string[] = [];
    for (const [at, flags] of builders.entries()) {
      const publish = [
        "docker",
        site,
        "--archive",
        "site.tar",
        "--tag",
        tags[at]!,
        "--platform",
        "linux/amd64",
        "--json",
        ...version,
        ...flags,
      ];
      const options = { cwd: dir, encoding: "utf8", maxBuffer: 1e8 } as const;
      const result = JSON.parse(execFileSync(process.execPath, ["--conditions=source", bin, ...publish], options));
      warnings.push(...result.warnings);
      execFileSync("docker", ["load", "-i", join(dir, "site.tar")]);
      const port = await freePort();
      const run = ["run", "--detach", "--rm", "--read-only", "--tmpfs", "/tmp", "-p", `127.0.0.1:${port}:8006`, tags[at]!];
      containers.push(execFileSync("docker", run, { encoding: "utf8" }).trim());
      served.push(`http://127.0.0.1:${port}`);
    }
    const previewPort = await freePort();
    const shown = ["preview", site, "--port", String(previewPort), ...version];
    preview = spawn(process.execPath, ["--conditions=source", bin, ...shown], { stdio: ["ignore", "pipe", "inherit"] });
    for await (const text of createInterface({ input: preview.stdout! })) if (text.includes("http://")) break;
    urls = [...served, `http://127.0.0.1:${previewPort}`];
    plain = await startWhole(line, dir);
    for (const url of served) await answers(`${url}/-/versions.json`);
  }, 900_000);
  afterAll(() => {
    plain?.stop();
    preview?.kill();
    spawnSync("docker", ["rm", "--force", ...containers]);
    for (const tag of tags) spawnSync("docker", ["image", "rm", tag]);
    rmSync(dir, { recursive: true, force: true });
  });

  test("is published without a warning", () => expect(warnings).toEqual([]));

  test.each(paths)(`%s is what plain Datasette answers, ${images} and in the preview`, async (path) => {
    const theirs = await pageOf(plain.url + path);
    for (const url of urls) expect(await pageOf(url + path)).toEqual(theirs);
  });

  test.each(["/data.json?sql=select+1", "/data/-/query.json?sql=select+1", "/data/t.json?_where=1"])("%s is forbidden", async (path) => {
    const theirs = await fetch(plain.url + path);
    for (const url of urls) expect((await fetch(url + path)).status).toBe(theirs.status);
    expect(theirs.status === 403 || (line === "0.65" && path.includes("-/query"))).toBe(true);
  });
});

/** Plain Datasette in the folder of the site, with what it installs and the database that was made. */
async function startWhole(line: "0.65" | "1.0", dir: string): Promise<PlainDatasette> {
  const site = join(dir, "site");
  const database = join(dir, "data.db");
  execFileSync(process.execPath, ["--conditions=source", bin, "convert", site, database], { cwd: dir });
  const own = ["--template-dir", "templates", "--plugins-dir", "plugins", "--static", "static:static", "--metadata", "metadata.yaml"];
  const config = line === "1.0" ? ["--config", "datasette.yaml"] : [];
  const more = { args: [...own, ...config], requirements: join(site, "requirements.txt"), cwd: site };
  return startPlain(lockedVersions[line].version, dir, database, more);
}
