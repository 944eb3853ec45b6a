import { expect, test } from "vitest";
import { makeTables } from "./fixtures.ts";

test("files of one table add up; what a file lacks is NULL, in the order in which columns first come", async () => {
  const texts = { "2023.csv": "id,name\n1,a\n2,b\n", "2024.csv": "email,Name,id\nx@example.org,c,03\n", "2025.csv": "id\n4\n" };
  await using made = await makeTables(texts, { everyFile: { table: "people" }, filenameColumn: "year" });
  expect(made.values("SELECT * FROM people")).toEqual([
    ["1", "a", null, "2023"],
    ["2", "b", null, "2023"],
    ["03", "c", "x@example.org", "2024"],
    ["4", null, null, "2025"],
  ]);
  const notice = made.events.find((event) => event.type === "warned" && event.code === "COLUMNS_DIFFER");
  expect(notice).toMatchObject({ facts: { table: "people", files: 2, file: made.folder.at("2023.csv"), columns: "email" } });
});

test("the key holds over all files, and a file without it is blank", async () => {
  const options = { everyFile: { table: "t" }, primaryKey: ["id"] };
  await expect(makeTables({ "a.csv": "id\n1\n2\n", "b.csv": "id\n3\n2\n" }, options)).rejects.toMatchObject({
    code: "CONVERT_KEY_DUPLICATE",
    facts: { line: 3, table: "t" },
    message: expect.stringContaining("b.csv, line 3") as string,
  });
  await expect(makeTables({ "a.csv": "id,v\n1,x\n", "b.csv": "v\ny\nz\n" }, options)).rejects.toMatchObject({
    code: "CONVERT_KEY_BLANK",
    facts: { column: "id", blanks: 2 },
  });
});
