import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPreview, type Preview } from "./preview.ts";
import { ctx, findRuntime, makeFolder, makeSite } from "./scene.test-support.ts";

const dir = makeFolder();
const plugin = `
from datasette import hookimpl
from datasette.utils.asgi import Response

async def form(request, datasette):
    if request.method == "POST":
        return Response.text("posted " + (await request.post_vars())["name"])
    token = request.scope["csrftoken"]()
    return Response.html(f'<form method="post"><input name="csrftoken" value="{token}"><input name="name"></form>')

@hookimpl
def register_routes():
    return [("^/-/form$", form)]

@hookimpl
def prepare_connection(conn):
    conn.create_function("shout", 1, str.upper)
`;
let preview: Preview;

/** A site that has everything a site can have. */
beforeAll(async () => {
  const logo = join(dir, "logo.svg");
  await writeFile(logo, "<svg/>");
  const site = makeSite(
    dir,
    {
      one: "CREATE TABLE a (x); INSERT INTO a VALUES (1);",
      two: "CREATE TABLE b (y); INSERT INTO b VALUES (2);",
    },
    {
      metadata: { title: "Everything", databases: { notes: { queries: { add: { sql: "insert into n values (:text)", write: true } } } } },
      settings: { default_page_size: "3" },
      plugins: [{ name: "form.py", source: Buffer.from(plugin) }],
      templates: [{ name: "index.html", source: Buffer.from("<h1>{{ metadata.title }}, by us</h1>") }],
      statics: [
        { mount: "assets", files: [{ name: "img/logo.svg", source: logo }] },
        { mount: "more/files", files: [{ name: "a.txt", source: Buffer.from("static") }] },
      ],
      crossdb: true,
      workingDir: "/srv/site",
      writable: ["state/notes.db"],
    },
  );
  preview = await startPreview(site, { ...(await findRuntime()), basePath: "/4f1c/" }, ctx);
});

afterAll(async () => {
  await preview?.close();
  await rm(dir, { recursive: true, force: true });
});

async function get(path: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(preview.url + path, init);
  expect(response.status).toBe(200);
  return await response.text();
}

describe("what a site is served with", () => {
  it("has settings, and plugins' functions", async () => {
    expect(JSON.parse(await get("-/settings.json"))).toMatchObject({ default_page_size: 3, num_sql_threads: 0, base_url: "/4f1c/" });
    expect(await get("one.json?sql=select+shout('ghent')&_shape=arrayfirst")).toBe('["GHENT"]');
  });

  it("has templates", async () => {
    expect(await get("")).toBe("<h1>Everything, by us</h1>");
  });

  it("has static files, by path and by bytes", async () => {
    expect(await get("assets/img/logo.svg")).toBe("<svg/>");
    expect(await get("more/files/a.txt")).toBe("static");
  });

  it("has queries across databases", async () => {
    expect(await get("_memory.json?sql=select+x,y+from+[one].a,[two].b&_shape=array")).toBe('[{"x": 1, "y": 2}]');
  });

  it("has databases that can be written to, below its working folder", async () => {
    const databases = JSON.parse(await get("-/databases.json")) as { name: string; path: string; is_mutable: boolean }[];
    expect(databases).toContainEqual(expect.objectContaining({ name: "notes", path: "state/notes.db", is_mutable: true }));
  });
});

describe("forms", () => {
  it("are posted with the token of their page, and not without", async () => {
    const page = await fetch(`${preview.url}-/form`);
    const token = /value="([^"]+)"/.exec(await page.text())?.[1] ?? "";
    const cookie = page.headers.get("set-cookie")?.split(";")[0] ?? "";
    const post = (body: Record<string, string>) =>
      fetch(`${preview.url}-/form`, { method: "POST", headers: { cookie }, body: new URLSearchParams(body) });
    const posted = await post({ csrftoken: token, name: "pets" });
    expect([posted.status, await posted.text()]).toEqual([200, "posted pets"]);
    expect((await post({ name: "pets" })).status).toBe(403);
  });
});

describe("the base path", () => {
  it("is in every link, and there is nothing beside it", async () => {
    const page = await get("one");
    expect([...page.matchAll(/(?:href|src|action)="(\/[^"]*)"/g)].filter(([, path]) => !path!.startsWith("/4f1c/"))).toEqual([]);
    for (const path of ["/", "/one.json", "/-/databases.json"]) expect((await fetch(new URL(path, preview.url))).status).toBe(404);
    expect((await preview.request("/one.json")).status).toBe(200);
  });
});

it("says which plugin fails", async () => {
  const site = makeSite(dir, {}, { plugins: [{ name: "broken.py", source: Buffer.from("import no_such_module") }] });
  await expect(startPreview(site, await findRuntime(), ctx)).rejects.toMatchObject({
    code: "PREVIEW_FAILED",
    facts: { datasette: expect.stringContaining("no_such_module") as string },
  });
});
