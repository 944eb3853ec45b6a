import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCacheDir, openProject, prepare, type Prepared } from "@datasette-publish/core";
import { lines, wheelFiles } from "@datasette-publish/runtime";
import { startPreview, type Preview } from "./preview.ts";
import { ctx, makeFolder } from "./scene.test-support.ts";

const metadata = `
title: Pets
allow_sql: no
extra_css_urls: [/static/pets.css]
databases:
  data:
    queries:
      top: {sql: select name from pets limit 1, title: The first}
      bare: select 1 as one
      own: {sql: select 2 as two, allow: {id: root}}
    tables:
      pets: {description: All of them, sort_desc: legs}
      secrets: {allow: no}
`;
const config = `
settings: {default_page_size: 2}
databases:
  data:
    tables:
      pets: {size: 1}
`;
const files = {
  "metadata.yaml": metadata,
  "datasette.yaml": config,
  "pets.csv": "name,legs\nRex,4\nTweety,2\n",
  "secrets.csv": "word\ncanary-word\n",
  "static/pets.css": "body {}",
  "templates/pages/about.html": "{{ words() }}",
  "templates/words.txt": "words of the project",
  "plugins/words.py": `
from datasette import hookimpl

@hookimpl
def extra_template_vars():
    return {"words": lambda: open("templates/words.txt").read()}
`,
};

/** One project, written for no Datasette in particular: what it forbids is forbidden by both. */
describe.each(lines)("a site's rules and files, by Datasette %s", (line) => {
  const dir = makeFolder();
  let prepared: Prepared;
  let preview: Preview;
  beforeAll(async () => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(dir, name, ".."), { recursive: true });
      await writeFile(join(dir, name), text);
    }
    prepared = await prepare(openProject([dir]), { site: { line } }, ctx);
    const cacheDir = await makeCacheDir(process.env, "preview");
    preview = await startPreview(prepared.site, { wheels: await wheelFiles(line), cacheDir }, ctx);
  });
  afterAll(async () => {
    await preview?.close();
    await prepared?.close();
    await rm(dir, { recursive: true, force: true });
  });
  const ask = async (path: string): Promise<string> => {
    const { status, body } = await preview.request(path);
    return status === 200 ? body.toString() : String(status);
  };
  const rowsOf = async (path: string): Promise<unknown> => JSON.parse(await ask(`${path}?_shape=array`)) as unknown;

  test("forbid SQL, and leave its queries", async () => {
    const sql = line === "0.65" ? "/data.json?sql=select+1" : "/data/-/query.json?sql=select+1";
    expect(await ask(sql)).toBe("403");
    expect(await ask("/data/pets.json?_where=1")).toBe("403");
    expect(await rowsOf("/data/top.json")).toEqual([{ name: "Rex" }]);
    expect(await rowsOf("/data/bare.json")).toEqual([{ one: 1 }]);
    expect(await ask("/data/own.json")).toBe("403");
  });

  test("hide a table", async () => {
    expect(await ask("/data/secrets.json")).toBe("403");
    expect(await ask("/")).not.toContain("secrets");
  });

  test("sort and size a table, describe it, and set what the site is set to", async () => {
    expect(await rowsOf("/data/pets.json")).toEqual([{ rowid: 1, name: "Rex", legs: 4 }]);
    expect(await ask("/data/pets")).toContain("All of them");
    expect(JSON.parse(await ask("/-/settings.json"))).toMatchObject({ default_page_size: 2 });
  });

  test("serve files, and find them by their path in the project", async () => {
    expect(await ask("/static/pets.css")).toBe("body {}");
    expect(await ask("/")).toContain("/static/pets.css");
    expect(await ask("/about")).toBe("words of the project");
  });
});
