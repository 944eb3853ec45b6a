import { expect, test } from "vitest";
import { databaseFiles, emptyServe, siteFiles, toArguments, toEnvironment, type Serve } from "./serve.ts";

const source = new Uint8Array([1]);
const serve: Serve = {
  ...emptyServe,
  databases: [{ fileName: "data.db", path: "/work/data.db" }],
  writable: ["/volume/notes.db"],
  metadata: { title: "Pets" },
  settings: { sql_time_limit_ms: "500", default_page_size: "5" },
  plugins: [{ name: "hello.py", source }],
  templates: [{ name: "pages/about.html", source }],
  statics: [{ mount: "assets", files: [{ name: "a.css", source }] }],
  spatialite: true,
  crossdb: true,
  versionNote: "spring",
  moreArguments: ["--memory"],
};

test("every part of the description is an argument, in an order of its own", () => {
  expect(toArguments(serve).join(" ")).toBe(
    "-i /data/data.db --inspect-file /site/inspect-data.json --metadata /site/metadata.json " +
      "--setting default_page_size 5 --setting sql_time_limit_ms 500 " +
      "--plugins-dir /site/plugins --template-dir /site/templates --static assets:/site/assets " +
      "/volume/notes.db --create --load-extension mod_spatialite --crossdb --cors --version-note spring --memory",
  );
});

test("what the arguments name is among the files", () => {
  const names = [...databaseFiles(serve), ...siteFiles(serve)].map(({ name }) => name);
  expect(names).toEqual([
    "data/data.db",
    "site/inspect-data.json",
    "site/metadata.json",
    "site/plugins/hello.py",
    "site/templates/pages/about.html",
    "site/assets/a.css",
  ]);
});

test("the image's variables say what is not so anyway", () => {
  expect(toEnvironment(serve)).toEqual([]);
  expect(toEnvironment({ ...serve, keepAnswers: "off" })).toEqual(["DATASETTE_KEEP_ANSWERS=off"]);
  const both = { ...serve, keepAnswers: "on", cdnSeconds: 60 } as const;
  expect(toEnvironment(both)).toEqual(["DATASETTE_KEEP_ANSWERS=on", "DATASETTE_CDN_SECONDS=60"]);
});

test("an empty site asks for nothing but its own files, and CORS unless that is off", () => {
  const least = ["--inspect-file", "/site/inspect-data.json", "--metadata", "/site/metadata.json"];
  expect(toArguments(emptyServe)).toEqual([...least, "--cors"]);
  expect(toArguments({ ...emptyServe, cors: false })).toEqual(least);
});
