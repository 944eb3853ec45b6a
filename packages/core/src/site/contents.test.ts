import { symlink } from "node:fs/promises";
import { expect, test } from "vitest";
import { makeFolder } from "../convert/fixtures.ts";
import type { OwnFiles } from "../files/own-files.ts";
import { readContents } from "./contents.ts";

const folderAt = (path: string, root = path) => ({ path, name: path, root });
const fileAt = (path: string) => ({ path, name: path });

test("folders are read whole, without hidden files, caches and links out of them", async () => {
  await using folder = await makeFolder({
    "p/templates/b.html": "",
    "p/templates/a/x.yml": "",
    "p/templates/.env": "SECRET=canary",
    "p/plugins/hello.py": "",
    "p/plugins/__pycache__/hello.pyc": "",
    "p/plugins/.git/config": "",
    "p/shared/base.html": "",
    "secret.txt": "canary",
  });
  await symlink(folder.at("p/shared"), folder.at("p/templates/shared"));
  await symlink(folder.at("p/templates"), folder.at("p/templates/cycle"));
  await symlink(folder.at("secret.txt"), folder.at("p/templates/c.txt"));
  const own = { templates: folderAt(folder.at("p/templates"), folder.at("p")), plugins: folderAt(folder.at("p/plugins"), folder.at("p")) };
  const { templates, plugins, files, leftOut, sources } = await readContents(own);
  expect(templates.map(({ name }) => name)).toEqual(["a/x.yml", "b.html", "shared/base.html"]);
  expect(plugins).toEqual([{ name: "hello.py", source: folder.at("p/plugins/hello.py") }]);
  expect(leftOut).toEqual([{ file: folder.at("p/templates/c.txt"), why: "is a link out of the folder" }]);
  expect(files[0]).toEqual({ from: folder.at("p/templates/a/x.yml"), what: "templates", name: "site/templates/a/x.yml" });
  expect(sources).toHaveLength(4);
});

test("settings are of their file, of metadata and of the configuration, the latter winning; they are text", async () => {
  await using folder = await makeFolder({
    "settings.json": '{"default_page_size": 5, "sql_time_limit_ms": 100, "force_https_urls": true}',
    "metadata.yaml": "title: T\nsettings: {default_page_size: 6, allow_download: off}\n",
    "datasette.json": '{"settings": {"default_page_size": "7", "base_url": null}, "allow": false}',
  });
  const [settings, metadata, config] = ["settings.json", "metadata.yaml", "datasette.json"].map((name) => fileAt(folder.at(name)));
  const contents = await readContents({ settings: settings!, metadata: metadata!, config: config! });
  expect(contents).toMatchObject({ metadata: { title: "T" }, config: { allow: false } });
  expect(contents.config).not.toHaveProperty("settings");
  expect(contents.settings).toEqual({ default_page_size: "7", sql_time_limit_ms: "100", force_https_urls: "on", allow_download: "off" });
});

test.each([['{"settings": [1]}'], ['{"settings": {"base_url": {"a": 1}}}']])("settings that are none are refused: %s", async (text) => {
  await using folder = await makeFolder({ "m.json": text });
  await expect(readContents({ metadata: fileAt(folder.at("m.json")) })).rejects.toMatchObject({ code: "SITE_METADATA_INVALID" });
});

test("files are served at addresses that are free, each folder in one of its own", async () => {
  await using folder = await makeFolder({ "s/a.css": "" });
  const at = (...mounts: string[]): OwnFiles => ({ statics: mounts.map((mount) => ({ mount, folder: folderAt(folder.at("s")) })) });
  const { statics, files } = await readContents(at("/assets/", "more/files"));
  expect(statics.map(({ mount }) => mount)).toEqual(["assets", "more/files"]);
  expect(files.map(({ name }) => name)).toEqual(["site/assets/a.css", "site/more/files/a.css"]);
  const wrong = [
    "",
    "/",
    "a//b",
    "../a",
    "a/..",
    ".git",
    "a b",
    "a:b",
    String.raw`a\b`,
    "-/static",
    "templates",
    "plugins/x",
    "metadata.json",
  ];
  for (const mount of wrong) await expect(readContents(at(mount)), mount).rejects.toMatchObject({ code: "OPTION_INVALID" });
  await expect(readContents(at("a", "a/b"))).rejects.toMatchObject({ code: "OPTION_INVALID" });
  await expect(readContents({ templates: folderAt(folder.at("gone")) })).rejects.toMatchObject({ code: "INPUT_NOT_FOUND" });
});
