import { expect, test } from "vitest";
import { makeTables } from "./fixtures.ts";
import { readShape } from "./shape.ts";

const votes = "county,precinct,district,votes\nYolo,100001,,41\nYolo,100002,7,8\n";
const infoSql = "SELECT name, type FROM pragma_table_info('t')";

test("a shape keeps, orders, renames and types columns", async () => {
  await using made = await makeTables({ "t.csv": votes }, { shape: "votes:Vts(REAL), county:Cty,district(text)" });
  expect(made.values(infoSql)).toEqual([
    ["Vts", "REAL"],
    ["Cty", "TEXT"],
    ["district", "TEXT"],
  ]);
  expect(made.values("SELECT *, typeof(Vts), typeof(district) FROM t")).toEqual([
    [41, "Yolo", null, "real", "null"],
    [8, "Yolo", "7", "real", "text"],
  ]);
});

test("a shape's types win over text for all; other options name the new columns, or the old", async () => {
  const options = { shape: "county:Cty,votes:Vts(INTEGER)", justStrings: true, columns: { Cty: { extract: {} } }, index: ["votes"] };
  await using made = await makeTables({ "t.csv": votes }, options);
  expect(made.values("SELECT Cty.value, typeof(Vts) FROM t JOIN Cty ON t.Cty = Cty.id")).toEqual([
    ["Yolo", "integer"],
    ["Yolo", "integer"],
  ]);
  expect(made.values("SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name")).toEqual([['"t_Cty"'], ['"t_Vts"']]);
});

test("every type of a shape keeps what it cannot hold as text", async () => {
  const shape = "a(integer),b(real),c(numeric),d(blob),e(text)";
  await using made = await makeTables({ "t.csv": "a,b,c,d,e\n01,1,1.50,007,1.0\nx,y,z,,\n" }, { shape });
  expect(made.values(infoSql).map(([, type]) => type)).toEqual(["INTEGER", "REAL", "NUMERIC", "BLOB", "TEXT"]);
  expect(made.values("SELECT a, typeof(a), b, typeof(b), c, typeof(c), d, e FROM t")).toEqual([
    [1, "integer", 1, "real", 1.5, "real", "007", "1.0"],
    ["x", "text", "y", "text", "z", "text", null, null],
  ]);
});

test("names with colons and brackets are found whole first", () => {
  const names = ["a:b", "a", "n (real)", "x"];
  expect(readShape("a:b,a:c:d,n (real),X:y(Blob)", "t", names)).toEqual([
    { column: "a:b", name: "a:b" },
    { column: "a", name: "c:d" },
    { column: "n (real)", name: "n (real)" },
    { column: "x", name: "y", type: "blob" },
  ]);
});

test("a column that is not there, and one that is named twice", async () => {
  await expect(makeTables({ "t.csv": votes }, { shape: "conty:Cty" })).rejects.toMatchObject({
    code: "CONVERT_COLUMN_MISSING",
    facts: { option: "shape", column: "conty", nearest: "county", table: "t" },
  });
  for (const shape of ["votes,votes:v", "votes:v,county:V"])
    await expect(makeTables({ "t.csv": votes }, { shape })).rejects.toMatchObject({ code: "OPTION_INVALID", facts: { option: "shape" } });
});
