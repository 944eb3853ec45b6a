import { expect, test } from "vitest";
import type { Dataset } from "../convert/dataset.ts";
import { inputsOf, makeFolder, recordEvents } from "../convert/fixtures.ts";
import { makeDataset } from "../convert/make-dataset.ts";
import { describeSite, readMetadata } from "./describe.ts";
import { siteName } from "./site-name.ts";

const empty: Dataset = { databases: [], sources: [], unreadable: [] };
const pets = { name: "pets", title: "Pets of Zürich" };

test("a site name is a slug of the first path", () => {
  expect(siteName("/x/My Öpen Data (2026)")).toBe("my-open-data-2026");
  expect(siteName("./a/zip_codes.CSV")).toBe("zip-codes");
  expect(siteName("a/Zip Codes.ZIP")).toBe("zip-codes");
  expect(siteName("zip_codes.csv.gz")).toBe("zip-codes");
  expect(siteName("/x/v1.2")).toBe("v1-2");
  expect(siteName("/x/Москва")).toMatch(/^data-[0-9a-f]{6}$/);
  expect(siteName("/x/Москва")).not.toBe(siteName("/x/数据"));
  expect(siteName("/x/数据.csv")).toBe(siteName("/y/数据"));
  expect(siteName("/x/й")).toBe(siteName("/x/\u0438\u0306"));
  expect(siteName(`/x/${"ab-".repeat(30)}`)).toHaveLength(40);
});

test("metadata.json keeps its keys; title and others win over it", async () => {
  await using folder = await makeFolder({
    "metadata.json": '\uFEFF{"title": "old", "about": "x", "databases": {"data": {"description": "d"}}}',
  });
  const site = describeSite(empty, pets, {
    metadata: await readMetadata(folder.at("metadata.json")),
    title: "new",
    licenseUrl: "https://l",
    sourceUrl: "https://s",
  });
  expect(site.serve.metadata).toEqual({
    title: "new",
    about: "x",
    databases: { data: { description: "d" } },
    license_url: "https://l",
    source_url: "https://s",
  });
});

const titleOf = (options: Parameters<typeof describeSite>[2], title: string | null = pets.title) =>
  describeSite(empty, { name: "pets", title }, options).serve.metadata["title"];

test("the project's title stands unless the metadata or an option has another", () => {
  expect(titleOf({})).toBe("Pets of Zürich");
  expect(titleOf({ metadata: { about: "x" } })).toBe("Pets of Zürich");
  expect(titleOf({ metadata: { title: "own" } })).toBe("own");
  expect(titleOf({ metadata: { title: "own" }, title: "given" })).toBe("given");
  expect(titleOf({}, null)).toBeUndefined();
});

test("metadata that is no JSON object is an error with its line", async () => {
  await using folder = await makeFolder({
    "a.json": '{\n  "a": 1,\n}',
    "b.json": "[1]",
    "c.yaml": "title: x\n",
    "d.json": '{\n"a": 1,\n"b"',
  });
  const attempt = (name: string) => readMetadata(folder.at(name));
  await expect(attempt("a.json")).rejects.toMatchObject({ code: "SITE_METADATA_INVALID", facts: { line: 3 } });
  await expect(attempt("b.json")).rejects.toMatchObject({ code: "SITE_METADATA_INVALID" });
  await expect(attempt("c.yaml")).rejects.toMatchObject({
    code: "SITE_METADATA_INVALID",
    remedies: [{ text: expect.stringContaining("YAML") as string }],
  });
  await expect(attempt("d.json")).rejects.toMatchObject({ code: "SITE_METADATA_INVALID", facts: { line: 3 } });
  await expect(attempt("e.json")).rejects.toMatchObject({ code: "INPUT_NOT_FOUND" });
});

test("settings have Datasette's names", () => {
  expect(describeSite(empty, pets, { settings: { sql_time_limit_ms: "500" } }).serve.settings).toEqual({ sql_time_limit_ms: "500" });
  expect(() => describeSite(empty, pets, { settings: { "a-b": "1" } })).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
});

test("inspect data as Datasette writes it", async () => {
  await using folder = await makeFolder({ "in/t.csv": "a\n1\n2\n" });
  const dataset = await makeDataset(inputsOf(folder.at("in")), folder.at("work"), {}, recordEvents());
  const { serve } = describeSite(dataset, pets, {});
  const [database] = dataset.databases;
  expect(serve.inspectData).toEqual({
    data: { hash: database?.sha256, size: database?.sizeBytes, file: "data.db", tables: { t: { count: 2 } } },
  });
  expect(database?.sha256).toMatch(/^[0-9a-f]{64}$/);
});
