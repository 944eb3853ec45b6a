import { beforeAll, expect, test } from "vitest";
import { makeImportReader, modulesIn, type ImportReader } from "./imports.ts";

let read: ImportReader;
beforeAll(async () => {
  read = await makeImportReader();
});
const importsOf = (source: string, packageName = "pkg.sub") =>
  read(Buffer.from(source), packageName).map(({ name, isEager }) => (isEager ? `!${name}` : name));

test.each([
  ["import os.path as p, json", ["!json", "!os.path"]],
  ["from a.b import c, d as e", ["!a.b", "!a.b.c", "!a.b.d"]],
  ["from . import x", ["!pkg.sub", "!pkg.sub.x"]],
  ["from ..y import z", ["!pkg.y", "!pkg.y.z"]],
  ["if True:\n    import a\nelse:\n    import b", ["!a", "!b"]],
  ["def f():\n    import a", ["a"]],
  ["class C:\n    import a\n    async def f(self):\n        import b", ["!a", "b"]],
  ["try:\n    import a\nexcept ImportError:\n    import b", ["a", "b"]],
  ["import a\ndef f():\n    import a", ["!a"]],
  ["with x:\n    import a\nmatch y:\n    case 1:\n        import b", ["!a", "!b"]],
  ["x = importlib.import_module('a.b')\n__import__(\"c\")", ["a.b", "c"]],
])("%j imports %j", (source, imports) => expect(importsOf(source)).toEqual(imports));

test.each([
  "if TYPE_CHECKING:\n    import a",
  "if typing.TYPE_CHECKING:\n    import a",
  'if sys.platform == "win32":\n    import a',
  'if os.name == "nt":\n    import a',
  'if __name__ == "__main__":\n    import a',
  "'import a'  # import b",
])("%j imports nothing here", (source) => expect(importsOf(source)).toEqual([]));

test("what another system would skip is imported here", () => {
  expect(importsOf('if sys.platform == "win32":\n    import a\nelif sys.platform == "linux":\n    import b\nelse:\n    import c')).toEqual([
    "!b",
    "!c",
  ]);
});

test("knows a file by how it is imported", () => {
  const names = [
    "lib/a/__init__.py",
    "lib/a/b.pyc",
    "lib/_c.cpython-313-x86_64-linux-gnu.so",
    "lib/d.abi3.so",
    "lib/a/data.txt",
    "lib/e-1.dist-info/x.py",
  ];
  const found = modulesIn(
    names.map((name) => ({ name, mode: 0o644 })),
    ["lib"],
  );
  expect(found.map(({ module, packageName }) => [module, packageName])).toEqual([
    ["a", "a"],
    ["a.b", "a"],
    ["_c", ""],
    ["d", ""],
  ]);
});
