import { expect, test } from "vitest";
import { inputsOf, makeFolder } from "../convert/fixtures.ts";
import { readConfiguration } from "./configuration-file.ts";

test("what is no object of names and values is an error with its line", async () => {
  await using folder = await makeFolder({
    "a.json": '{\n  "a": 1,\n}',
    "b.json": "[1]",
    "c.yaml": "title: x\nabout: [\n",
    "d.json": '{\n"a": 1,\n"b"',
    "e.json": '{\n"allow_sql": false,\n"allow_sql": true}',
    "f.yml": "allow: no\ntitle: x\nallow: yes\n",
    "g.yaml": "- a\n",
  });
  const attempt = (name: string) => readConfiguration(inputsOf(folder.at(name))[0]!);
  const lines = { "a.json": 3, "c.yaml": 3, "d.json": 3, "e.json": 3, "f.yml": 3 };
  for (const [name, line] of Object.entries(lines))
    await expect(attempt(name)).rejects.toMatchObject({
      code: "SITE_METADATA_INVALID",
      facts: { line },
      remedies: [{ action: "replace-file", file: folder.at(name), line }],
    });
  for (const name of ["b.json", "g.yaml"]) await expect(attempt(name)).rejects.toMatchObject({ code: "SITE_METADATA_INVALID" });
  await expect(attempt("h.json")).rejects.toMatchObject({ code: "INPUT_NOT_FOUND" });
});

test("YAML and JSON say the same; an empty YAML file says nothing", async () => {
  const metadata = { title: "Pets", allow_sql: false, databases: { data: { tables: { pets: { size: 5 } } } } };
  await using folder = await makeFolder({
    "a.yaml": "title: Pets\nallow_sql: no\ndatabases:\n  data:\n    tables:\n      pets: {size: 5}\n",
    "b.json": `\uFEFF${JSON.stringify(metadata)}`,
    "c.yml": JSON.stringify(metadata),
    "d.yaml": "# nothing\n",
  });
  const read = (name: string) => readConfiguration(inputsOf(folder.at(name))[0]!);
  expect([await read("a.yaml"), await read("b.json"), await read("c.yml")]).toEqual([metadata, metadata, metadata]);
  expect(await read("d.yaml")).toEqual({});
});
