import { describe, expect, it, test } from "vitest";
import { configurationOf } from "./configuration.ts";

/** All that one metadata file of 0.65's can say, as far as 1.0 treats it in its own way. */
const metadata = {
  title: "Pets",
  license: "CC0",
  allow_sql: false,
  allow: { id: "root" },
  extra_css_urls: ["/a.css"],
  extra_js_urls: ["/a.js"],
  plugins: { map: { key: 1 } },
  custom_units: ["decibel = [] = dB"],
  ours: { allow: 1 },
  databases: {
    data: {
      source: "the vet",
      allow_sql: { id: "vet" },
      queries: { top: { sql: "select 1", title: "Top", allow: true }, bare: "select 2" },
      tables: {
        pets: {
          description: "All of them",
          columns: { name: "What it is called", allow: "Whether it is" },
          hidden: true,
          sort: "name",
          size: 5,
          facets: ["legs"],
          allow: { role: "vet" },
          plugins: { map: { at: 2 } },
          units: { weight: "kg" },
        },
      },
    },
    other: null,
    plain: { description: "Nothing to move" },
  },
};

type Given = Record<string, unknown>;
const older = (config: Given, given: Given = metadata) => configurationOf({ line: "0.65", metadata: given, config });
const newer = (config: Given, given: Given = metadata) => configurationOf({ line: "1.0", metadata: given, config });

describe("for Datasette 0.65", () => {
  it("leaves metadata as it is, and has no configuration", () => {
    expect(older({})).toEqual({ metadata, config: {} });
  });

  it("puts the configuration into metadata, where it wins", () => {
    const config = {
      allow_sql: false,
      plugins: { map: { key: 2 }, vega: {} },
      databases: { data: { tables: { pets: { size: 9, sort_desc: "legs" } }, queries: { more: "select 3" } } },
    };
    const { metadata: merged } = older(config);
    expect(merged).toMatchObject({
      title: "Pets",
      plugins: { map: { key: 2 }, vega: {} },
      databases: {
        data: { tables: { pets: { size: 9, sort: "name", sort_desc: "legs" } }, queries: { bare: "select 2", more: "select 3" } },
        other: null,
      },
    });
  });

  it("says the one permission that it has by allow_sql", () => {
    const config = { permissions: { "execute-sql": false }, databases: { data: { permissions: { "execute-sql": { id: "root" } } } } };
    expect(older(config, {}).metadata).toEqual({ allow_sql: false, databases: { data: { allow_sql: { id: "root" } } } });
  });

  it.each([
    ["of the site", { permissions: { "view-instance": { id: "root" } } }],
    ["that are no object", { permissions: true }],
    ["of a database", { databases: { data: { permissions: { "execute-sql": false, "insert-row": true } } } }],
    ["of a table", { databases: { data: { tables: { pets: { permissions: { "view-table": false } } } } } }],
    ["of a query", { databases: { data: { queries: { top: { sql: "", permissions: { "view-query": false } } } } } }],
    ["besides another allow_sql", { allow_sql: true, permissions: { "execute-sql": false } }],
  ])("refuses permissions %s, in metadata too", (_what, config) => {
    const refused = expect.objectContaining({ code: "SITE_METADATA_INVALID" }) as Error;
    expect(() => older(config, {})).toThrow(refused);
    expect(() => older({}, config)).toThrow(refused);
  });
});

describe("for Datasette 1.0", () => {
  it("moves to the configuration what is read there alone, and leaves the rest where it was", () => {
    expect(newer({})).toEqual({
      metadata: {
        title: "Pets",
        license: "CC0",
        custom_units: metadata.custom_units,
        ours: { allow: 1 },
        databases: {
          data: {
            source: "the vet",
            tables: { pets: { description: "All of them", columns: metadata.databases.data.tables.pets.columns, units: { weight: "kg" } } },
          },
          other: null,
          plain: { description: "Nothing to move" },
        },
      },
      config: {
        allow_sql: false,
        allow: { id: "root" },
        extra_css_urls: ["/a.css"],
        extra_js_urls: ["/a.js"],
        plugins: { map: { key: 1 } },
        databases: {
          data: {
            allow_sql: { id: "vet" },
            queries: metadata.databases.data.queries,
            tables: {
              pets: { hidden: true, sort: "name", size: 5, facets: ["legs"], allow: { role: "vet" }, plugins: { map: { at: 2 } } },
            },
          },
        },
      },
    });
  });

  it("keeps the configuration's permissions and keys that nobody knows", () => {
    const config = { permissions: { "view-instance": { id: "root" } }, brand_new: 1, databases: { data: { brand_new: 2 } } };
    expect(newer(config, {})).toEqual({ metadata: {}, config });
  });

  it("has no configuration where nothing is to be moved", () => {
    expect(newer({}, { title: "Pets" })).toEqual({ metadata: { title: "Pets" }, config: {} });
  });
});

test.each(["0.65", "1.0"] as const)("no rule about who may see something is lost between two files (%s)", (line) => {
  const of = (first: Record<string, unknown>, second: Record<string, unknown>) =>
    configurationOf({ line, metadata: first, config: second });
  for (const [first, second, key] of [
    [{ allow_sql: false }, { allow_sql: true }, "allow_sql"],
    [{ allow: { id: "root" } }, { allow: { role: "vet" } }, "allow"],
    [
      { databases: { d: { tables: { t: { allow: false } } } } },
      { databases: { d: { tables: { t: { allow: true } } } } },
      "databases.d.tables.t.allow",
    ],
    [
      { databases: { d: { queries: { q: { sql: "1", allow: false } } } } },
      { databases: { d: { queries: { q: "select 1" } } } },
      "databases.d.queries.q",
    ],
    [{ databases: { d: { allow: false } } }, { databases: { d: null } }, "databases.d"],
  ] as const)
    expect(() => of(first, second)).toThrow(expect.objectContaining({ code: "SITE_METADATA_INVALID", facts: { key } }) as Error);
  expect(() => of({ allow_sql: false }, { allow_sql: false })).not.toThrow();
});

test("a key with the name of an object's prototype stays a key", () => {
  const given = JSON.parse('{"__proto__": {"allow": false}, "databases": {"__proto__": {"allow_sql": false}}}') as Record<string, unknown>;
  expect(JSON.stringify(configurationOf({ line: "1.0", metadata: given, config: {} }).config)).toBe(
    '{"databases":{"__proto__":{"allow_sql":false}}}',
  );
  expect(JSON.stringify(configurationOf({ line: "0.65", metadata: given, config: {} }).metadata)).toBe(JSON.stringify(given));
});
