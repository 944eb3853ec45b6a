import { expect, test } from "vitest";
import type { Column, Database, Table } from "../convert/dataset.ts";
import { describeSite } from "./describe.ts";
import { tableTexts } from "./table-texts.ts";

const column = (name: string, description?: string): Column => ({
  name,
  type: "TEXT",
  nulls: 0,
  example: null,
  reason: { rule: "blank" },
  distinct: { count: 0, isCapped: false },
  least: null,
  greatest: null,
  longest: 0,
  ...(description !== undefined && { description }),
});
const table = (name: string, texts: Partial<Table>): Table => ({ name, rows: 0, source: `${name}.csv`, columns: [], ...texts });
const data = (...tables: Table[]): Database => ({ name: "data", fileName: "data.db", path: "/data.db", sizeBytes: 0, sha256: "", tables });

const people = table("people", { title: "People", description: "Who lives where", columns: [column("zip"), column("joined", "When")] });

test("what is said of tables and columns is metadata, where anything is", () => {
  expect(tableTexts([data(people, table("towns", {}))])).toEqual({
    databases: { data: { tables: { people: { title: "People", description: "Who lives where", columns: { joined: "When" } } } } },
  });
  expect(tableTexts([data(table("towns", { columns: [column("a")] }))])).toEqual({});
});

test("the site's own metadata wins, key by key", () => {
  const dataset = { databases: [data(people)], sources: [], unreadable: [] };
  const metadata = { databases: { data: { description: "D", tables: { people: { description: "Own", columns: { zip: "Z" } } } } } };
  const site = describeSite(dataset, { name: "x", title: null }, { metadata });
  expect(site.serve.metadata).toEqual({
    databases: {
      data: { description: "D", tables: { people: { title: "People", description: "Own", columns: { joined: "When", zip: "Z" } } } },
    },
  });
});
