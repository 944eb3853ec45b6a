import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { assemble, emptyServe, writeArchive, type Runtime, type Site } from "@datasette-publish/core";
import { unpackLayer } from "@datasette-publish/core/oci";
import { lockedVersions, loadRuntime, wheelFiles } from "@datasette-publish/runtime";
import { freePort, realPart } from "@datasette-publish/testkit";
import { unpackTar } from "modern-tar/fs";
import { pipeline } from "node:stream/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPlugins, type PluginLock } from "./plugins.ts";

const run = promisify(execFile);
const tag = `plugin-table-${process.pid}:test`;
const ctx = { report: () => {} };

/** Plugins that people use, and a page that each one answers besides; `""` for none. */
const plugins: Readonly<Record<string, string>> = {
  "datasette-block-robots": "/robots.txt",
  "datasette-cluster-map": "/-/static-plugins/datasette_cluster_map/datasette-cluster-map.js",
  "datasette-vega": "",
  "datasette-cors": "",
  "datasette-auth-passwords": "/-/login",
  "datasette-auth-github": "",
  "datasette-auth-tokens": "",
  "datasette-graphql": "/graphql",
  "datasette-json-html": "",
  "datasette-render-markdown": "",
  "datasette-pretty-json": "",
  "datasette-copyable": "/data/t.copyable",
  "datasette-export-notebook": "/data/t.Notebook",
  "datasette-leaflet-geojson": "",
  "datasette-geojson": "",
  "datasette-geojson-map": "",
  "datasette-hashed-urls": "",
  "datasette-search-all": "/-/search",
  "datasette-sitemap": "/sitemap.xml",
  "datasette-template-sql": "",
  "datasette-dashboards": "/-/dashboards",
  "datasette-tiddlywiki": "",
  "datasette-atom": "",
  "datasette-jellyfish": "/data.json?sql=select+levenshtein_distance('a','b')",
  "datasette-rure": "",
  "datasette-sqlite-vec": "/data.json?sql=select+vec_version()",
  "datasette-upload-csvs": "",
  "datasette-enrichments": "",
  "datasette-edit-schema": "",
  "datasette-configure-fts": "",
  "datasette-saved-queries": "",
  "datasette-gzip": "",
  "datasette-haversine": "/data.json?sql=select+haversine(1,2,3,4)",
  "datasette-debug-asgi": "/-/asgi-scope",
  "datasette-os-info": "/-/os",
  "datasette-pretty-traces": "",
  "datasette-referrer-policy": "",
  "datasette-render-images": "",
  "datasette-redirects": "",
  "datasette-ip-rate-limit": "",
  "datasette-turnstile": "",
  "datasette-scale-to-zero": "",
  "dogsheep-beta": "",
  "datasette-query-assistant": "",
};
describe.skipIf(!realPart("docker"))("plugins in a container, on Datasette 0.65", () => {
  let dir: string;
  let runtime: Runtime;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "plugin-table-"));
    runtime = await loadRuntime({ os: "linux", architecture: "amd64" });
    await run("python3", [
      "-c",
      `import sqlite3; c = sqlite3.connect(${JSON.stringify(join(dir, "data.db"))}); c.execute("create table t (name text)"); c.execute("insert into t values ('a')"); c.commit()`,
    ]);
    const databases = [{ fileName: "data.db", path: join(dir, "data.db") }];
    const site: Site = { name: "plugins", dataset: { databases: [], sources: [], unreadable: [] }, serve: { ...emptyServe, databases } };
    const archive = join(dir, "image.tar");
    await writeArchive(await assemble(site, runtime, dir, ctx), archive, tag);
    await run("docker", ["load", "-i", archive]);
  });
  afterAll(async () => {
    await run("docker", ["image", "rm", "--force", tag]);
    await rm(dir, { recursive: true, force: true });
  });

  /** Status of pages of a site with a plugin, whose layer lies over the image. */
  async function pagesOf(plugin: string, paths: readonly string[]): Promise<readonly (number | string)[]> {
    let lock: PluginLock | undefined;
    const store = { read: async () => lock, keep: async (made: PluginLock) => void (lock = made) };
    const base = { datasetteVersion: lockedVersions["0.65"].version, wheels: await wheelFiles("0.65") };
    const opened = await openPlugins([plugin], { base, lock: store, env: process.env }, ctx);
    const layer = (await opened.addTo(runtime)).layers.at(-1)!;
    const folder = join(dir, plugin);
    await mkdir(folder);
    await pipeline(unpackLayer(layer), unpackTar(folder));
    const port = await freePort();
    const packages = "usr/local/lib/python3.13/dist-packages";
    const volumes = ["-v", `${join(folder, packages)}:/${packages}:ro`];
    const options = ["--detach", "--rm", "--read-only", "--tmpfs", "/tmp", "-p", `127.0.0.1:${port}:8006`, ...volumes];
    const { stdout } = await run("docker", ["run", ...options, tag]);
    try {
      const url = `http://127.0.0.1:${port}`;
      const listed = await untilAnswered(`${url}/-/plugins.json`);
      const statuses = await Promise.all(paths.map(async (path) => statusOf(url + path)));
      return [...statuses, listed];
    } finally {
      await run("docker", ["rm", "--force", stdout.trim()]).catch(() => {});
      await rm(folder, { recursive: true });
    }
  }

  it.each(Object.entries(plugins))("%s answers", async (plugin, page) => {
    const [home, table, own, listed] = await pagesOf(plugin, ["/", "/data/t.json", page || "/"]);
    expect(String(listed)).toContain(plugin);
    for (const status of [home, table, own]) expect([200, 302, 403]).toContain(status);
  });

  it("datasette-ics is broken on any CPython 3.13, by tatsu", async () => {
    expect((await pagesOf("datasette-ics", [])).at(-1)).toBe("no answer");
  });

  it("datasette-media, which CPython 3.13 breaks too, needs a library that the image lacks", async () => {
    await expect(pagesOf("datasette-media", [])).rejects.toMatchObject({
      code: "PLUGIN_UNSUPPORTED",
      facts: { library: "libstdc++.so.6" },
    });
  });
});

/** The body is not waited for. */
async function statusOf(url: string): Promise<number> {
  const answer = await fetch(url, { headers: { accept: "text/html" }, redirect: "manual", signal: AbortSignal.timeout(20_000) });
  await answer.body?.cancel();
  return answer.status;
}

async function untilAnswered(url: string): Promise<string> {
  const deadlineMs = performance.now() + 20_000;
  while (performance.now() < deadlineMs) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => null);
    if (answer?.ok) return answer.text();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return "no answer";
}
