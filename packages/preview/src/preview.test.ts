import { tildeEncode } from "@datasette-publish/core";
import { rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPreview, warmPreview, type Preview, type PreviewOptions } from "./preview.ts";
import { ctx, findRuntime, makeScene, type Scene } from "./scene.test-support.ts";

const scene: Scene = makeScene();
let runtime: PreviewOptions;
let preview: Preview;

beforeAll(async () => {
  runtime = await findRuntime();
  preview = await startPreview(scene.site, runtime, ctx);
});

afterAll(async () => {
  await preview?.close();
  await rm(scene.dir, { recursive: true, force: true });
});

describe("serving", () => {
  it("shows the metadata's title on the home page, by HTTP and directly", async () => {
    const page = await fetch(preview.url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("Towns &amp; rivers");
    const direct = await preview.request("/");
    expect(direct.body.toString()).toContain("Towns &amp; rivers");
  });

  it("is Datasette 0.65.5 with the settings of the site", async () => {
    const versions = await getJson<{ datasette: { version: string } }>("-/versions.json");
    expect(versions.datasette.version).toBe("0.65.5");
    expect(await getJson("-/settings.json")).toMatchObject({ default_page_size: 7, allow_download: false, num_sql_threads: 0 });
  });

  it("opens databases as immutable and leaves the folder as it was", async () => {
    const [one] = await getJson<object[]>("-/databases.json");
    expect(one).toMatchObject({ name: "data", is_mutable: false, hash: scene.site.dataset.databases[0]?.sha256 });
    expect(scene.listFolder()).toEqual(["data.db"]);
  });

  it("answers JSON with absolute URLs of this host, and lets no other site read it", async () => {
    const response = await fetch(`${preview.url}data/big.json?_size=2`);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    expect(response.headers.get("content-security-policy")).toBe("frame-ancestors 'self'");
    const { next_url: nextUrl } = (await response.json()) as { next_url: string };
    expect(nextUrl).toContain(preview.url);
    const link = response.headers.get("link") ?? nextUrl;
    expect(link).toContain(new URL(preview.url).host);
  });

  it("streams a whole table as CSV", async () => {
    const text = await (await fetch(`${preview.url}data/big.csv?_stream=1`)).text();
    expect(text.trim().split("\r\n")).toHaveLength(5001);
  });

  it("finds a table whose name is not ASCII", async () => {
    const rows = await getJson(`data/${tildeEncode("Łódź 1/2")}.json?_shape=array`);
    expect(rows).toEqual([{ rowid: 1, größe: "ß" }]);
  });

  it("passes the query on byte for byte", async () => {
    const response = await fetch(`${preview.url}data.json?sql=${encodeURIComponent("select 'é+ &' as x")}&_shape=array`);
    expect(await response.json()).toEqual([{ x: "é+ &" }]);
  });
});

describe("methods and errors", () => {
  it("answers HEAD without a body", async () => {
    const response = await fetch(preview.url, { method: "HEAD" });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("");
  });

  it("answers POST as Datasette does", async () => {
    const response = await fetch(`${preview.url}-/actor`, { method: "POST", body: "a=b" });
    expect(response.status).toBe(405);
  });

  it("answers 404 with Datasette's page", async () => {
    const response = await fetch(`${preview.url}data/none.json`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ ok: false, error: "Table not found" });
  });

  it("answers many requests at once", async () => {
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async (_, n) => (await fetch(`${preview.url}data/big/${n + 1}.json`)).status),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it("goes on when a client hangs up in the middle of an answer", async () => {
    const aborter = new AbortController();
    const response = await fetch(`${preview.url}data/big.csv?_stream=1`, { signal: aborter.signal });
    await response.body?.getReader().read();
    aborter.abort();
    expect((await preview.request("/-/versions.json")).status).toBe(200);
  });
});

describe("starting and ending", () => {
  it("refuses a port that is taken, before it boots", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    await expect(startPreview(scene.site, { ...runtime, port }, ctx)).rejects.toMatchObject({ code: "PORT_TAKEN", facts: { port } });
    other.close();
  });

  it("fails with PREVIEW_FAILED and Datasette's message", async () => {
    const site = { ...scene.site, serve: { ...scene.site.serve, settings: { no_such_setting: "1" } } };
    await expect(startPreview(site, runtime, ctx)).rejects.toMatchObject({
      code: "PREVIEW_FAILED",
      message: expect.stringContaining("no_such_setting is not a valid option") as string,
    });
  });

  it.each([
    ["default_page_size", "many", "should be an integer"],
    ["allow_download", "maybe", "should be on/off"],
  ])("names a setting %s whose value is wrong", async (name, value, words) => {
    const site = { ...scene.site, serve: { ...scene.site.serve, settings: { [name]: value } } };
    await expect(startPreview(site, runtime, ctx)).rejects.toMatchObject({
      code: "PREVIEW_FAILED",
      facts: { datasette: expect.stringMatching(`${name}.*${words}`) as string },
    });
  });

  it("boots before there is a site, and can be given up then", async () => {
    const warm = await warmPreview(runtime, ctx);
    await warm.close();
    await expect(warm.start(scene.site)).rejects.toMatchObject({ name: "AbortError" });
  });

  it("stops the boot when aborted", async () => {
    const signal = AbortSignal.timeout(100);
    await expect(startPreview(scene.site, runtime, { ...ctx, signal })).rejects.toMatchObject({ name: "TimeoutError" });
  });

  it("leaves no thread and no socket behind", async () => {
    await preview.close();
    await expect(fetch(preview.url)).rejects.toThrow("fetch failed");
    await expect(preview.request("/")).rejects.toThrow("stopped");
    expect(process.getActiveResourcesInfo()).not.toContain("TCPServerWrap");
  });
});

async function getJson<T = unknown>(path: string): Promise<T> {
  const response = await fetch(preview.url + path);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}
