import { expect, test } from "vitest";
import type { Dataset } from "../convert/dataset.ts";
import { makeFolder, recordEvents } from "../convert/fixtures.ts";
import { makeDataset } from "../convert/make-dataset.ts";
import { describe } from "./describe.ts";
import { siteName } from "./site-name.ts";

const empty: Dataset = { databases: [] };

test("a site name is a slug of the first path", () => {
  expect(siteName(["/x/My Öpen Data (2026)"])).toBe("my-open-data-2026");
  expect(siteName(["./a/zip_codes.CSV", "b.csv"])).toBe("zip-codes");
  expect(siteName(["a/Zip Codes.ZIP"])).toBe("zip-codes");
  expect(siteName(["zip_codes.csv.gz"])).toBe("zip-codes");
  expect(siteName(["/x/v1.2"])).toBe("v1-2");
  expect(siteName(["/x/Москва"])).toMatch(/^data-[0-9a-f]{6}$/);
  expect(siteName(["/x/Москва"])).not.toBe(siteName(["/x/数据"]));
  expect(siteName(["/x/数据.csv"])).toBe(siteName(["/y/数据"]));
  expect(siteName(["/x/й"])).toBe(siteName(["/x/\u0438\u0306"]));
  expect(siteName([`/x/${"ab-".repeat(30)}`])).toHaveLength(40);
});

test("an explicit name must be a slug", async () => {
  expect((await describe(empty, { name: "my-site-2" })).name).toBe("my-site-2");
  for (const name of ["", "A", "-a", "a-", "a b", "é", "a".repeat(41)])
    await expect(describe(empty, { name })).rejects.toMatchObject({ code: "SITE_NAME_INVALID" });
});

test("metadata.json keeps its keys; title and others win over it", async () => {
  await using folder = await makeFolder({
    "metadata.json": '\uFEFF{"title": "old", "about": "x", "databases": {"data": {"description": "d"}}}',
  });
  const site = await describe(empty, {
    metadata: folder.at("metadata.json"),
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

const titleOf = async (options: Parameters<typeof describe>[1]) => (await describe(empty, options)).serve.metadata["title"];

test("without a title, the only input's name is it, as it is written", async () => {
  await using folder = await makeFolder({ "with.json": '{"title": "own"}', "without.json": '{"about": "x"}' });
  const paths = ["/x/Stadt Zürich – Ausgaben"];
  expect(await titleOf({ paths })).toBe("Stadt Zürich – Ausgaben");
  expect(await titleOf({ paths, metadata: folder.at("without.json") })).toBe("Stadt Zürich – Ausgaben");
  expect(await titleOf({ paths, metadata: folder.at("with.json") })).toBe("own");
  expect(await titleOf({ paths, title: "given" })).toBe("given");
  expect(await titleOf({ paths: ["/x/Ausgaben 2026.csv.gz"] })).toBe("Ausgaben 2026");
  expect(await titleOf({ paths: ["a.csv", "b.csv"] })).toBeUndefined();
});

test("metadata that is no JSON object is an error with its line", async () => {
  await using folder = await makeFolder({
    "a.json": '{\n  "a": 1,\n}',
    "b.json": "[1]",
    "c.yaml": "title: x\n",
    "d.json": '{\n"a": 1,\n"b"',
  });
  const attempt = (name: string) => describe(empty, { metadata: folder.at(name) });
  await expect(attempt("a.json")).rejects.toMatchObject({ code: "SITE_METADATA_INVALID", facts: { line: 3 } });
  await expect(attempt("b.json")).rejects.toMatchObject({ code: "SITE_METADATA_INVALID" });
  await expect(attempt("c.yaml")).rejects.toMatchObject({ code: "SITE_METADATA_INVALID", hint: expect.stringContaining("YAML") });
  await expect(attempt("d.json")).rejects.toMatchObject({ code: "SITE_METADATA_INVALID", facts: { line: 3 } });
  await expect(attempt("e.json")).rejects.toMatchObject({ code: "INPUT_NOT_FOUND" });
});

test("settings have Datasette's names", async () => {
  expect((await describe(empty, { settings: { sql_time_limit_ms: "500" } })).serve.settings).toEqual({ sql_time_limit_ms: "500" });
  await expect(describe(empty, { settings: { "a-b": "1" } })).rejects.toMatchObject({ code: "OPTION_INVALID" });
});

test("inspect data as Datasette writes it", async () => {
  await using folder = await makeFolder({ "in/t.csv": "a\n1\n2\n" });
  const dataset = await makeDataset([folder.at("in")], folder.at("work"), {}, recordEvents());
  const { serve, name } = await describe(dataset, { paths: [folder.at("in")] });
  const [database] = dataset.databases;
  expect(name).toBe("in");
  expect(serve.inspectData).toEqual({
    data: { hash: database?.sha256, size: database?.sizeBytes, file: "data.db", tables: { t: { count: 2 } } },
  });
  expect(database?.sha256).toMatch(/^[0-9a-f]{64}$/);
});
