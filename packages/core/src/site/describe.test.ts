import { expect, test } from "vitest";
import type { Dataset } from "../convert/dataset.ts";
import { inputsOf, makeFolder, recordEvents } from "../convert/fixtures.ts";
import { makeDataset } from "../convert/make-dataset.ts";
import { readConfiguration } from "./configuration-file.ts";
import { configurationOf } from "./configuration.ts";
import { describeSite } from "./describe.ts";
import { parsePluginSecret } from "./plugin-secrets.ts";
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
    metadata: await readConfiguration(inputsOf(folder.at("metadata.json"))[0]!),
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

test("a configuration wins over metadata, an option over both, and a plugin's secret is in whichever counts", () => {
  const metadata = { title: "old", plugins: { auth: { id: 1 } } };
  const config = { title: "older", about: "kept", plugins: { auth: { secret: "typed" } } };
  const options = { title: "new", metadata, config, pluginSecrets: [parsePluginSecret("auth.secret")] };
  for (const line of ["0.65", "1.0"] as const) {
    const { serve } = describeSite(empty, pets, { ...options, line });
    const written = configurationOf(serve);
    expect(written.metadata["title"]).toBe("new");
    expect({ ...written.metadata, ...written.config }).toMatchObject({
      about: "kept",
      plugins: { auth: { id: 1, secret: { $env: "AUTH_SECRET" } } },
    });
    expect(JSON.stringify(written)).not.toContain("typed");
  }
});

test("a nested key is a setting of Datasette 1.0's alone", () => {
  const settings = { "plugins.datasette-cluster-map.cluster": "0" };
  expect(describeSite(empty, pets, { line: "1.0", settings }).serve.settings).toEqual(settings);
  expect(() => describeSite(empty, pets, { settings })).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
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
