import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, realPart } from "@datasette-publish/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canHaveBase, ownBase } from "./own-base.test-support.ts";
import { bin } from "./scene.test-support.ts";

const python = ["--rm", "--interactive", "--read-only", "--tmpfs", "/tmp", "--entrypoint", "/usr/bin/python3.13"];
/** Writes a SpatiaLite database to stdout: two places with a spatial index. */
const script = `
import sqlite3, sys
db = sqlite3.connect("/tmp/map.db", isolation_level=None)
db.enable_load_extension(True)
db.load_extension("mod_spatialite")
db.execute("select InitSpatialMetaData(1, 'NONE')")
db.execute("select InsertEpsgSrid(4326), InsertEpsgSrid(27700)")
db.execute("create table places (id integer primary key, name text)")
db.execute("select AddGeometryColumn('places', 'geom', 4326, 'POINT', 'XY')")
places = [("London", -0.1, 51.5), ("Paris", 2.35, 48.85)]
db.executemany("insert into places (name, geom) values (?, MakePoint(?, ?, 4326))", places)
db.execute("select CreateSpatialIndex('places', 'geom')")
db.close()
sys.stdout.buffer.write(open("/tmp/map.db", "rb").read())
`;

let dir: string;
/** What became of a site that has no geometries, and asks for SpatiaLite. */
let asked: ReturnType<typeof publish>;
const site = `spatialite-${process.pid}`;
function publish(args: readonly string[], env: Record<string, string> = {}) {
  const run = { cwd: dir, encoding: "utf8", env: { ...process.env, ...env } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--conditions=source", bin, ...args, "--json"], run);
  return { status, said: JSON.parse(stdout), stderr };
}
/** Containers and images in which sites are looked at. */
const trials = () =>
  execFileSync("sh", ["-c", "docker ps --all --format '{{.Names}}'; docker images --format '{{.Repository}}'"], { encoding: "utf8" })
    .split("\n")
    .filter((name) => name.startsWith("datasette-publish-check-"));
const noEngine = { DOCKER_HOST: "unix:///nonexistent.sock" };
const codesOf = ({ warnings }: { warnings: { code: string }[] }) => warnings.map(({ code }) => code);

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "publish-spatialite-"));
  writeFileSync(join(dir, "pets.csv"), "id,name\n1,Rex\n");
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test.each([
  ["the assembler", "--archive", "site.tar"],
  ["a Dockerfile", "--builder", "dockerfile", "--generate-dir", "image"],
])("a site with SpatiaLite by %s is not checked where there is no engine, which is said", (_, ...flags) => {
  const { status, said } = publish(["docker", "pets.csv", "--spatialite", "--name", site, ...flags], noEngine);
  expect({ status, codes: codesOf(said) }).toEqual({ status: 0, codes: ["SITE_UNCHECKED"] });
  expect(said.warnings[0].message).toMatch(/none of its pages, counts and rows is checked/);
});

describe.skipIf(!realPart("docker"))("a SpatiaLite database", () => {
  beforeAll(() => {
    asked = publish(["docker", "pets.csv", "--spatialite", "--name", site]);
    const made = execFileSync("docker", ["run", ...python, `${site}:latest`, "-I", "-"], { input: script, maxBuffer: 1e8 });
    writeFileSync(join(dir, "map.db"), made);
  });
  afterAll(() => {
    spawnSync("sh", ["-c", `docker rm -f $(docker ps -aq --filter label=io.datasette.publish.site=${site})`]);
    spawnSync("docker", ["rmi", "-f", `${site}:latest`]);
  });

  test("is not needed to have SpatiaLite", () => {
    expect({ status: asked.status, codes: codesOf(asked.said) }).toEqual({ status: 0, codes: [] });
  });

  test.each([
    ["0.65", "/map.json?_shape=array&sql="],
    ["1.0a", "/map/-/query.json?_shape=array&sql="],
  ])("is checked in a container, published and asked with Datasette %s", async (version, path) => {
    const port = await freePort();
    const args = ["docker", "map.db", "--name", site, "--run", "--port", String(port), "--datasette-version", version];
    const { status, said, stderr } = publish(args);
    expect({ status, codes: codesOf(said) }).toEqual({ status: 0, codes: ["SPATIALITE_ADDED"] });
    expect(stderr).toMatch(/✓ Start a container of the image[^]*✓ Check the site in Datasette/);
    expect(trials()).toEqual([]);
    const ask = async (sql: string) => (await fetch(`http://127.0.0.1:${port}${path}${encodeURIComponent(sql)}`)).json();
    expect(await ask("select AsText(geom) as at from places")).toEqual([{ at: "POINT(-0.1 51.5)" }, { at: "POINT(2.35 48.85)" }]);
    const apart = "select cast(ST_Distance(a.geom, b.geom, 1) / 1000 as integer) as km from places a, places b where a.id = 1 and b.id = 2";
    expect(await ask(apart)).toEqual([{ km: 342 }]);
    expect(await ask("select AsText(ST_Transform(geom, 27700)) as at from places where id = 1")).toEqual([
      { at: expect.stringMatching(/^POINT\(531979\.29\d* 179606\.9\d*\)$/) as string },
    ]);
    const near = "select rowid from SpatialIndex where f_table_name = 'places' and search_frame = BuildMbr(-1, 51, 1, 52)";
    expect(await ask(near)).toEqual([{ rowid: 1 }]);
  });

  test.skipIf(!canHaveBase("trixie"))(
    "is checked and published on a base of one's own, with its system's SpatiaLite",
    async () => {
      const port = await freePort();
      const flags = ["--run", "--port", String(port), "--builder", "dockerfile", "--base", ownBase("trixie")];
      const { status, said, stderr } = publish(["docker", "map.db", "--name", site, ...flags]);
      expect({ status, codes: codesOf(said) }).toEqual({ status: 0, codes: ["SPATIALITE_ADDED"] });
      expect(stderr).toMatch(/✓ Start a container of the image[^]*✓ Check the site in Datasette/);
      expect(trials()).toEqual([]);
      const sql = "select AsText(ST_Transform(geom, 27700)) as at from places where id = 1";
      const answer = await fetch(`http://127.0.0.1:${port}/map.json?_shape=array&sql=${encodeURIComponent(sql)}`);
      expect(await answer.json()).toEqual([{ at: expect.stringMatching(/^POINT\(531979\.29\d* 179606\.9\d*\)$/) as string }]);
    },
    900_000,
  );

  test("two builds have the same bytes", () => {
    const made = [1, 2].map(() => publish(["docker", "map.db", "--name", site, "--archive", "map.tar", "--no-check"]).said);
    const [one, other] = made.map(({ deployment }) => deployment.facts.archiveSha256 as string);
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(other).toBe(one);
  });

  test("is found and not checked where there is no engine", () => {
    const { status, said } = publish(["docker", "map.db", "--archive", "map.tar"], noEngine);
    expect({ status, codes: codesOf(said) }).toEqual({ status: 0, codes: ["SPATIALITE_ADDED", "SITE_UNCHECKED"] });
  });

  test("is previewed by an engine, and by nothing else", () => {
    const shown = publish(["preview", "map.db", "--once"]);
    expect({ status: shown.status, site: shown.said.site }).toEqual({ status: 0, site: "map" });
    expect(trials()).toEqual([]);
    for (const args of [
      ["preview", "map.db", "--once"],
      ["docker", "map.db", "--archive", "map.tar", "--serve"],
    ]) {
      const { status, said } = publish(args, noEngine);
      expect({ status, code: said.error.code }).toEqual({ status: 4, code: "ENGINE_UNREACHABLE" });
    }
  });

  test("that cannot be served fails the check, and leaves nothing in the engine", () => {
    writeFileSync(join(dir, "broken.yaml"), "databases: {map: {tables: {places: {sort: gone}}}}\n");
    const { status, said } = publish(["docker", "map.db", "--metadata", "broken.yaml", "--archive", "map.tar"]);
    expect({ status, code: said.error.code }).toEqual({ status: 2, code: "CHECK_FAILED" });
    expect(trials()).toEqual([]);
    const refused = publish(["docker", "map.db", "--archive", "map.tar", "--setting", "no_such_setting=1"]);
    expect({ status: refused.status, error: refused.said.error }).toEqual({
      status: 4,
      error: expect.objectContaining({ code: "PREVIEW_FAILED", message: expect.stringMatching(/no_such_setting/) as string }) as object,
    });
    expect(trials()).toEqual([]);
  });
});
