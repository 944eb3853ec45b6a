import { expect, test } from "vitest";
import { addressesOf, curlLine, embedCode, tildeEncode } from "./addresses.ts";

const table = (name: string) => ({ name, rows: 2, source: null, columns: [] });
const result = (...tables: string[]) => ({
  databases: [{ name: "data", fileName: "data.db", sizeBytes: 1, sha256: "", tables: tables.map(table) }],
});

test("a table has a page, rows for programs and rows for spreadsheets", () => {
  expect(addressesOf("https://pets.example", result("cats"))).toEqual([
    {
      id: "data/cats",
      name: "cats",
      page: "https://pets.example/data/cats",
      json: "https://pets.example/data/cats.json?_shape=array",
      csv: "https://pets.example/data/cats.csv?_stream=on",
    },
  ]);
});

test("names are written as the site writes them", () => {
  expect(tildeEncode("Käufer 2024/7.csv")).toBe("K~C3~A4ufer+2024~2F7~2Ecsv");
  expect(addressesOf("https://pets.example/base/", result("a b")).map(({ page }) => page)).toEqual(["https://pets.example/base/data/a+b"]);
});

test("what a search index keeps is not shown, but a table that only looks like it is", () => {
  const shown = addressesOf("https://x.example", result("cats", "cats_fts", "cats_fts_data", "cats_fts_idx", "dogs_fts"));
  expect(shown.map(({ name }) => name)).toEqual(["cats", "dogs_fts"]);
});

test("a title cannot break out of the code, nor an address out of the command", () => {
  expect(embedCode('https://x.example/?a=1&b="2"', '"><script>')).toBe(
    '<iframe src="https://x.example/?a=1&amp;b=&quot;2&quot;" title="&quot;&gt;&lt;script&gt;" width="100%" height="500" loading="lazy"></iframe>',
  );
  expect(curlLine("https://x.example/it's")).toBe("curl 'https://x.example/it%27s'");
});
