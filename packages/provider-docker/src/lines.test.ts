import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openProject } from "@datasette-publish/core";
import { ensureRuntime, lines, lockedVersions } from "@datasette-publish/runtime";
import { freePort, publishSite, realPart } from "@datasette-publish/testkit";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import docker from "./index.ts";

/** What Datasette itself does not need, but its plugins may; each of these was missing once. */
const script = `
import ctypes, datetime, json, ssl, time, urllib.request, zoneinfo
[ctypes.CDLL(name) for name in ("libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1")]
caller = {"__name__": "datasette"}
exec("import importlib.resources; folder = str(importlib.resources.files())", caller)
print(json.dumps({
    "folder": caller["folder"],
    "certificates": ssl.create_default_context().cert_store_stats()["x509_ca"] > 100,
    "summer": str(datetime.datetime(2026, 7, 1, tzinfo=zoneinfo.ZoneInfo("Europe/London")).utcoffset()),
    "zone": time.tzname,
}))
`;

describe.skipIf(!realPart("docker")).each(lines)("an image with Datasette %s", (line) => {
  const name = `docker-${line.replace(".", "-")}-${process.pid}`;
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "docker-lines-"));
    await writeFile(join(dir, "pets.csv"), "name,legs\nRex,4\n");
    const project = openProject([join(dir, "pets.csv")], { name });
    await publishSite(docker, { project, site: { line }, options: {}, env: process.env, runtime: ensureRuntime }, { report: () => {} });
  });
  afterAll(async () => {
    spawnSync("docker", ["rm", "--force", name]);
    spawnSync("docker", ["image", "rm", "--force", `${name}:latest`]);
    await rm(dir, { recursive: true, force: true });
  });

  it("has certificates, time zones, the C library's small parts, and packages that find their own files", () => {
    const options = ["--rm", "--read-only", "--env", "TZ=Asia/Tokyo", "--entrypoint", "/usr/bin/python3.13"];
    const said = execFileSync("docker", ["run", ...options, `${name}:latest`, "-I", "-c", script], { encoding: "utf8" });
    expect(JSON.parse(said)).toEqual({
      folder: "/usr/lib/python3/dist-packages/datasette",
      certificates: true,
      summer: "1:00:00",
      zone: ["JST", "JST"],
    });
  });

  it.each([[["--read-only"]], [["--read-only", "--tmpfs", "/tmp"]], [[]]])("serves with the options %j", async (options) => {
    const port = await freePort();
    execFileSync("docker", ["run", "--detach", "--name", name, "--publish", `127.0.0.1:${port}:8006`, ...options, `${name}:latest`]);
    const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}/${path}`)).json();
    try {
      const versions = await vi.waitFor(() => get("-/versions.json"), { timeout: 30_000, interval: 50 });
      expect(versions).toMatchObject({ datasette: { version: lockedVersions[line].version } });
      expect(await get("data/pets.json?_shape=array")).toEqual([{ rowid: 1, name: "Rex", legs: 4 }]);
    } finally {
      spawnSync("docker", ["rm", "--force", name]);
    }
  });
});
