import { expect, test } from "vitest";
import type { Part } from "./parts.ts";
import { unreachedParts } from "./unreached.ts";

/** `a: "b !c"`: a imports b somewhere, and cannot be imported without c. */
function partsOf(imports: Readonly<Record<string, string>>, needs: Readonly<Record<string, readonly string[]>> = {}): Map<string, Part> {
  return new Map(
    Object.entries(imports).map(([name, words]) => {
      const list = words.split(" ").filter((word) => word !== "");
      return [
        name,
        {
          name,
          files: [`${name}.pyc`],
          imports: list.map((word) => ({ name: word.replace("!", ""), isEager: word.startsWith("!") })),
          needs: new Set(needs[name]),
        },
      ];
    }),
  );
}
const unreached = (parts: Map<string, Part>) => unreachedParts(parts, []).map(({ name, needs, isCut }) => [name, isCut, ...needs]);

test("keeps what the launcher imports, with the packages above and the names in them", () => {
  const parts = partsOf({ launch: "!a.b.c", a: "", "a.b": "d", "a.e": "f", d: "", f: "" });
  expect(unreached(parts)).toEqual([
    ["a.e", false, "f"],
    ["f", false],
  ]);
});

test("keeps what is imported by name: all that the checked list says of a module that is reached", () => {
  const parts = partsOf({
    launch: "datasette.plugins",
    datasette: "",
    "datasette.plugins": "",
    "datasette.default_permissions": "",
    "datasette.default_permissions.tokens": "",
    "datasette.facets": "",
    "datasette.cli": "",
  });
  expect(unreached(parts)).toEqual([["datasette.cli", false]]);
});

test("leaves out what only a cut import reaches, and says so", () => {
  const parts = partsOf({
    launch: "datasette.cli",
    datasette: "",
    "datasette.cli": "hupper",
    hupper: "hupper.ipc",
    "hupper.ipc": "",
    other: "hupper",
  });
  expect(unreached(parts)).toEqual([
    ["hupper", true, "hupper.ipc"],
    ["hupper.ipc", true, "hupper"].slice(0, 2),
    ["other", false, "hupper"],
  ]);
});

test("libraries and records go with all that needs them", () => {
  const parts = partsOf(
    { launch: "a", a: "", b: "", "lib.so": "", "own.so": "", "package a": "", "package b": "" },
    { a: ["lib.so", "package a"], b: ["lib.so", "own.so", "package b"] },
  );
  expect(unreached(parts)).toEqual([
    ["b", false, "own.so", "package b"],
    ["own.so", false],
    ["package b", false],
  ]);
});

test("refuses a list that would break an import", () => {
  const parts = partsOf({ launch: "datasette.cli", datasette: "", "datasette.cli": "!hupper", hupper: "" });
  expect(() => unreached(parts)).toThrow("datasette.cli cannot be imported without hupper");
});
