import { expect, test } from "vitest";
import { makeFolder } from "../fixtures.ts";
import { isEvenTable } from "./even-table.ts";

async function isTable(content: string | Uint8Array): Promise<boolean> {
  await using folder = await makeFolder({ "x.txt": content });
  return await isEvenTable({ path: folder.at("x.txt"), name: "x.txt" });
}

const isTextTable: Readonly<Record<string, string | Uint8Array>> = {
  "tabs, as Excel's Unicode text has them, in UTF-16": Buffer.from("\uFEFFid\tname\n1\tÄ\n", "utf16le"),
  "UTF-16 without a mark": Buffer.from("id;name\n1;b\n2;c\n", "utf16le"),
  "commas, as GTFS has them": "stop_id,stop_name\n1,Main Street\n",
  "semicolons in windows-1252": Buffer.from("Land;Größe\nA;1\n", "latin1"),
  "a sep= line": "sep=|\na|b\n1|2\n",
  pipes: "a|b|c\n1|2|3\n",
  "texts with commas in three columns": "id, name, place\n1, a, b\n2, c, d\n",
};
test.each(Object.entries(isTextTable))("a table: %s", async (_, content) => expect(await isTable(content)).toBe(true));

const isOther: Readonly<Record<string, string | Uint8Array>> = {
  nothing: "",
  "one line": "a,b\n",
  "one column": "apple\npear\n",
  sentences: "Hello, world\nGood bye, all\n",
  "a licence": "Copyright 2026, the authors\n\nPermission is granted, free of charge, to any person\nwithout limitation\n",
  "a log": "12:00 started, ok\n12:01 asked for a,b,c\n12:02 done\n",
  "uneven records": "a,b,c\n1,2\n3,4,5\n",
  bytes: new Uint8Array([0, 1, 2, 3, 44, 10, 0, 200, 44, 1]),
};
test.each(Object.entries(isOther))("no table: %s", async (_, content) => expect(await isTable(content)).toBe(false));

test("a file that is not there is an error", async () => {
  await expect(isEvenTable({ path: "/nowhere/x.txt", name: "x.txt" })).rejects.toMatchObject({ code: "INPUT_NOT_FOUND" });
});
