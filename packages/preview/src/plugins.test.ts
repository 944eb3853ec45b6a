import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { PublishEvent } from "@datasette-publish/core";
import { writeWheel } from "@datasette-publish/testkit";
import { afterAll, beforeEach, expect, it } from "vitest";
import { checkSite } from "./check.ts";
import { startPreview } from "./preview.ts";
import { findRuntime, makeFolder, makeSite } from "./scene.test-support.ts";

const dir = makeFolder();
const events: PublishEvent[] = [];
const ctx = { report: (event: PublishEvent) => void events.push(event) };
beforeEach(() => void events.splice(0));
afterAll(() => rm(dir, { recursive: true, force: true }));
const warnings = () => events.flatMap((event) => (event.type === "warned" ? [{ code: event.code, ...event.facts }] : []));

const hello = `
from datasette import hookimpl
import hello_lib

@hookimpl
def prepare_connection(conn):
    conn.create_function("hello", 1, hello_lib.hello)

@hookimpl
def extra_template_vars():
    return {"greeting": hello_lib.hello("you")}
`;
const index = { name: "index.html", source: Buffer.from("<h1>{{ greeting.upper() }}</h1>") };
const site = makeSite(dir, { data: "CREATE TABLE t (x); INSERT INTO t VALUES (1);" }, { templates: [index] });

it("runs a site's plugins, with what they need and their own files", async () => {
  const plugins = [
    await writeWheel(dir, {
      name: "datasette-hello",
      plugin: "datasette_hello",
      files: { "datasette_hello/__init__.py": hello, "datasette_hello/static/hello.js": "hello()" },
    }),
    await writeWheel(dir, { name: "hello-lib", files: { "hello_lib.py": "def hello(who): return f'hello {who}'" } }),
  ];
  await using preview = await startPreview(site, { ...(await findRuntime()), plugins }, ctx);
  expect((await preview.request("/")).body.toString()).toBe("<h1>HELLO YOU</h1>");
  expect((await preview.request("/data.json?sql=select+hello('me')&_shape=arrayfirst")).body.toString()).toBe('["hello me"]');
  expect((await preview.request("/-/plugins.json")).body.toString()).toContain("datasette-hello");
  expect((await preview.request("/-/static-plugins/datasette_hello/hello.js")).body.toString()).toBe("hello()");
  await checkSite(preview, site, ctx);
  expect(warnings()).toEqual([]);
});

it("names and leaves out a plugin that cannot be imported, and checks what does not need it", async () => {
  const plugins = [
    await writeWheel(join(dir, "alone"), { name: "datasette-hello", plugin: "datasette_hello", files: { "datasette_hello.py": hello } }),
  ];
  await using preview = await startPreview(site, { ...(await findRuntime()), plugins }, ctx);
  expect(preview.leftOut).toEqual(["datasette-hello"]);
  expect(await checkSite(preview, site, ctx)).toMatchObject({ tables: 1 });
  expect(warnings()).toEqual([
    { code: "PLUGIN_LEFT_OUT", plugin: "datasette-hello", problem: "ModuleNotFoundError: No module named 'hello_lib'" },
    { code: "PAGE_UNCHECKED", path: "/", without: "datasette-hello" },
  ]);
});
