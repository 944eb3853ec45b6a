import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { lockedVersions } from "@datasette-publish/runtime";
import { freePort, realPart } from "@datasette-publish/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answers, pageOf, startPlain, type PlainDatasette } from "./plain-datasette.test-support.ts";
import { bin } from "./scene.test-support.ts";

/** Every hook of Datasette that a plugin can have, by the names of its own hookspecs: each notes that it was called. What it says is at /-/hooks. */
const plugin = `
import bz2, lzma, unittest.mock, xml.etree.ElementTree, zoneinfo
import inspect
from datasette import hookimpl, hookspecs, Response

seen = set()

def noting(name, function):
    arguments = ", ".join(inspect.signature(function).parameters)
    values = {}
    exec(f"def {name}({arguments}):\\n    seen.add({name!r})", {"seen": seen}, values)
    return hookimpl(values[name])

for name, function in list(vars(hookspecs).items()):
    if hasattr(function, "datasette_spec") and name != "register_routes":
        globals()[name] = noting(name, function)

async def hooks(request):
    zone = str(zoneinfo.ZoneInfo("Europe/London"))
    tree = xml.etree.ElementTree.fromstring("<a/>").tag
    return Response.json([sorted(seen), zone, tree, bz2.decompress(bz2.compress(b"1")).decode(), "é".encode("cp1250").hex()])

@hookimpl
def register_routes():
    return [("^/-/hooks$", hooks)]
`;
const csv = 'id,name,tags,size,day,latitude\n1,Rex,"[""a"",""b""]",1.5,2024-01-31,51.5\n2,Tom é,[],2,2024-02-29,0\n3,,"[""a""]",,,\n';
const metadata = {
  title: "Everything",
  description_html: "<b>All</b>",
  custom_units: ["decibel = [] = dB"],
  databases: { data: { tables: { t: { units: { size: "m" }, sort_desc: "id", facets: ["name"], description: "Pets", size: 2 } } } },
};
const queries = { databases: { data: { queries: { named: { sql: "select :name as name, :n + 1 as n", title: "By name" } } } } };

const pages = [
  ["/", "/.json", "/data", "/data.json", "/data/t", "/data/t.json", "/data/t/1", "/data/t/1.json", "/data/t.csv", "/data/t.csv?_stream=1"],
  ["/data/t.json?_shape=array", "/data/t.json?_shape=objects", "/data/t.json?_shape=array&_nl=on", "/data/t.json?_shape=nope"],
  [
    "/data/t?_facet=name",
    "/data/t?_facet_array=tags",
    "/data/t?_facet_date=day",
    "/data/t?_sort=name",
    "/data/t?_next=2",
    "/data/t?_size=1",
  ],
  ["/data/t?name__contains=x", "/data/t?size__gt=1", "/data/t?size__gt=100+cm", "/data/t?name__isnull=1", "/data/t?day__date=2024-01-31"],
  ["/data/t?tags__arraycontains=a", "/data/t?_where=id%3D1", "/data/t?_search=x", "/data/t?_nocol=name", "/data/t?nope__exact=1"],
  ["/data?sql=select+1", "/data.json?sql=select+1", "/data.csv?sql=select+1", "/data?sql=select+nope", "/data/-/query?sql=select+*+from+t"],
  ["/data/-/query.json?sql=select+x%27ff%27+as+b", "/data.json?sql=select+datetime(0,%27unixepoch%27)&_shape=array"],
  ["/data/named?name=Rex&n=2", "/data/named.json?name=%C3%A9&n=2", "/about", "/topic/dogs", "/static/site.css", "/-/static/app.css"],
  [
    "/-/settings.json",
    "/-/config.json",
    "/-/metadata.json",
    "/-/databases.json",
    "/-/actor.json",
    "/-/permissions",
    "/-/allow-debug",
    "/-/threads",
  ],
  [
    "/-/messages",
    "/-/logout",
    "/-/auth-token",
    "/-/patterns",
    "/-/tables.json",
    "/-/jump.json",
    "/-/api",
    "/-/create-token",
    "/-/check",
    "/-/rules",
  ],
  [
    "/data/t/-/insert",
    "/data/-/schema",
    "/-/schema.json",
    "/data/none",
    "/none",
    "/data/t/99",
    "/data/t?_trace=1",
    "/favicon.ico",
    "/data.db",
  ],
].flat();
/** Whose answers say which machine and process gave them: just whether they are there. */
const own = /threads|patterns|logout|messages|permissions|_trace|settings|databases|data\.db|create-token|schema|jump|config/;

describe.skipIf(!realPart("docker")).each([
  ["0.65", "without plugins"],
  ["0.65", "with a plugin"],
  ["1.0", "without plugins"],
  ["1.0", "with a plugin"],
] as const)("a slim image of Datasette %s %s", (line, kind) => {
  let dir: string;
  let plain: PlainDatasette;
  let container: string;
  let url: string;
  const hasPlugin = kind === "with a plugin";
  const tag = `slim-${process.pid}-${line}-${hasPlugin}:test`;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "slim-site-"));
    const files = {
      "t.csv": csv,
      "templates/pages/about.html": "{% extends 'base.html' %}{% block content %}{{ ['a', 'b']|join('-')|title }}{% endblock %}",
      "templates/pages/topic/{slug}.html": "<p>On {{ slug }}</p>",
      "static/site.css": "body { color: navy }",
      "metadata.json": JSON.stringify(
        line === "0.65" ? { ...metadata, databases: { data: { ...metadata.databases.data, ...queries.databases.data } } } : metadata,
      ),
      ...(line === "1.0" && { "datasette.json": JSON.stringify(queries) }),
      ...(hasPlugin && { "plugins/hooks.py": plugin, "requirements.txt": "datasette-block-robots\n" }),
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, "site", name)), { recursive: true });
      writeFileSync(join(dir, "site", name), text);
    }
    const { name: version } = lockedVersions[line];
    const common = ["--platform", "linux/amd64", "--datasette-version", version, "--no-check", "--slim", "--fts", "name"];
    const node = (...args: string[]) => execFileSync(process.execPath, ["--conditions=source", bin, ...args], { cwd: dir, stdio: "pipe" });
    node("docker", "site", "--archive", "site.tar", "--tag", tag, ...common);
    execFileSync("docker", ["load", "-i", join(dir, "site.tar")]);
    const port = await freePort();
    const run = ["run", "--detach", "--rm", "--read-only", "--tmpfs", "/tmp", "-p", `127.0.0.1:${port}:8006`, tag];
    container = execFileSync("docker", run, { encoding: "utf8" }).trim();
    url = `http://127.0.0.1:${port}`;
    const database = join(dir, "data.db");
    node("convert", "site", database, "--fts", "name");
    plain = await startPlain(lockedVersions[line].version, dir, database, {
      args: [
        "--template-dir",
        "templates",
        "--static",
        "static:static",
        "--metadata",
        "metadata.json",
        ...(line === "1.0" ? ["--config", "datasette.json"] : []),
        ...(hasPlugin ? ["--plugins-dir", "plugins"] : []),
      ],
      ...(hasPlugin && { requirements: join(dir, "site/requirements.txt") }),
      cwd: join(dir, "site"),
    });
    await answers(`${url}/-/versions.json`);
  });
  afterAll(() => {
    plain?.stop();
    spawnSync("docker", ["rm", "--force", container]);
    spawnSync("docker", ["image", "rm", "--force", tag]);
    rmSync(dir, { recursive: true, force: true });
  });

  test("answers every page as plain Datasette does", async () => {
    for (const path of [...pages, ...(hasPlugin ? ["/robots.txt", "/-/hooks"] : [])]) {
      const [theirs, ours] = [await pageOf(plain.url + path), await pageOf(url + path)];
      if (own.test(path)) expect([path, ours.status, ours.type]).toEqual([path, theirs.status, theirs.type]);
      else expect({ path, ...ours }).toEqual({ path, ...theirs });
    }
  });

  test.runIf(hasPlugin)("calls every hook that plain Datasette calls", async () => {
    const [called] = (await (await fetch(`${url}/-/hooks`)).json()) as [string[]];
    expect(called).toEqual(
      expect.arrayContaining(["prepare_connection", "prepare_jinja2_environment", "extra_template_vars", "startup", "render_cell"]),
    );
  });

  test("lists no module as missing in its log", () => {
    const { stdout, stderr } = spawnSync("docker", ["logs", container], { encoding: "utf8" });
    expect(stdout + stderr).not.toMatch(/--slim|Traceback/);
  });

  test.runIf(!hasPlugin)("says which option leaves out a module that is asked for", () => {
    const script = "import sys; sys.path.append('/app'); from left_out import tell_left_out; tell_left_out('/app'); import bz2";
    const { stderr } = spawnSync("docker", ["exec", container, "/usr/bin/python3.13", "-I", "-c", script], { encoding: "utf8" });
    expect(stderr).toContain("No module named 'bz2': this image was published with --slim");
  });

  test.runIf(line === "0.65" && !hasPlugin)("says in its log that it knows no time zone", () => {
    const script = "import sys; sys.path.append('/app'); from left_out import tell_left_out; tell_left_out('/app')";
    const command = ["exec", "--env", "TZ=Europe/London", container, "/usr/bin/python3.13", "-I", "-c", script];
    expect(spawnSync("docker", command, { encoding: "utf8" }).stderr).toMatch(/^Time zone 'Europe\/London': .*--slim/);
  });

  test("is smaller than it was", () => {
    const [image] = JSON.parse(execFileSync("docker", ["image", "inspect", tag], { encoding: "utf8" })) as [{ Size: number }];
    const most = { "0.65": hasPlugin ? 38_500_000 : 34_000_000, "1.0": hasPlugin ? 48_500_000 : 43_500_000 }[line];
    expect(image.Size).toBeLessThan(most);
    const mostPacked = { "0.65": hasPlugin ? 15_200_000 : 13_500_000, "1.0": hasPlugin ? 18_800_000 : 17_000_000 }[line];
    expect(readFileSync(join(dir, "site.tar")).length).toBeLessThan(mostPacked);
  });
});
