import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createInterface } from "node:readline";
import { lockedVersions } from "@datasette-publish/runtime";
import { freePort, realPart } from "@datasette-publish/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pageOf, startPlain, type PlainDatasette } from "./plain-datasette.test-support.ts";
import { bin } from "./scene.test-support.ts";

const name = `lines-${process.pid}`;
const paths = [
  "",
  ".json",
  "/t",
  "/t.json",
  "/t.json?_shape=array&_size=3",
  "/t.json?_extra=count,columns,primary_keys,facet_results&_facet=kind&_sort_desc=n",
  "/t.json?_next=20&_size=10",
  "/t?kind=a&_sort=n",
  "/t.csv",
  "/t/1",
  "/t/1.json",
  "/v.json",
  "/none.json",
  "/-/query.json?sql=select+1+as+one",
  "/-/query?sql=select+count(*)+from+t",
  ".json?sql=select+1",
];

/** 1.0; docker.e2e.test.ts does the same with 0.65. */
describe("Datasette 1.0, in the preview and in a container", () => {
  let dir: string;
  let plain: PlainDatasette;
  let preview: ChildProcess;
  let urls: Record<"preview" | "container", string>;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), "publish-lines-"));
    const database = join(dir, "data.db");
    makeDatabase(database);
    plain = await startPlain(lockedVersions["1.0"].version, dir, database);
    const port = await freePort();
    preview = spawn(
      process.execPath,
      ["--conditions=source", bin, "preview", database, "--datasette-version", "1.0a", "--port", String(port)],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    for await (const line of createInterface({ input: preview.stdout! })) if (line.includes("http://")) break;
    urls = { preview: `http://127.0.0.1:${port}`, container: realPart("docker") ? await startContainer(database) : "" };
  });

  afterAll(() => {
    plain?.stop();
    preview?.kill();
    spawnSync("docker", ["rm", "--force", "--volumes", `datasette-${name}`]);
    spawnSync("docker", ["image", "rm", "--force", `${name}:latest`]);
    rmSync(dir, { recursive: true, force: true });
  });

  test.each(paths)("/data%s is what plain Datasette answers", async (path) => {
    const theirs = await contentOf(`${plain.url}/data${path}`);
    expect(await contentOf(`${urls.preview}/data${path}`)).toEqual(theirs);
    if (urls.container === "") return;
    // The second time it may be a kept answer.
    for (let times = 0; times < 2; times++) expect(await contentOf(`${urls.container}/data${path}`)).toEqual(theirs);
  });

  test.skipIf(!realPart("docker"))("keeps pages of tables in the container", async () => {
    for (const status of ["datasette; fwd=miss; stored", "datasette; hit"])
      expect((await fetch(`${urls.container}/data/t?_sort=n&_size=7`)).headers.get("cache-status")).toBe(status);
  });
});

async function startContainer(database: string): Promise<string> {
  const port = await freePort();
  const flags = ["--name", name, "--branch", lockedVersions["1.0"].version, "--run", "--port", String(port), "--no-check"];
  const { status, stderr } = spawnSync(process.execPath, ["--conditions=source", bin, "docker", database, ...flags], {
    encoding: "utf8",
  });
  expect(stderr).not.toContain("error");
  expect(status).toBe(0);
  return `http://127.0.0.1:${port}`;
}

/** A page; JSON as a value, as Datasette 1.0 works on several of its keys at once and writes them as they come. */
async function contentOf(url: string): Promise<object> {
  const page = await pageOf(url);
  return page.type?.startsWith("application/json") === true ? { ...page, body: JSON.parse(page.body) as unknown } : page;
}

function makeDatabase(path: string): void {
  const db = new DatabaseSync(path);
  db.exec(
    "create table t(id integer primary key, kind text, n real, b blob); create view v as select kind, count(*) as c from t group by kind",
  );
  for (let i = 1; i <= 159; i++)
    db.prepare("insert into t values (?, ?, ?, ?)").run(i, ["a", "b", "ü"][i % 3] ?? "", i / 4, new Uint8Array([i]));
  db.close();
}
