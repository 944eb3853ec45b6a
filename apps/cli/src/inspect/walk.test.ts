import { expect, test } from "vitest";
import type { ViewNode } from "./views.ts";
import { afterKey, drawWalk, type Walk } from "./walk.ts";

const node = (name: string, sizeBytes: number, children: readonly ViewNode[] = [], note = ""): ViewNode => ({
  name,
  sizeBytes,
  layer: 0,
  note,
  children,
});
const files = Array.from({ length: 30 }, (_, i) => node(`file ${i}`, 30 - i));
const root = node("image", 1500, [node("usr", 1000, files), node("data.db", 500), node("evil\u001b[2J", 0, [], "→ /x")]);
const start: Walk = { opened: [{ node: root, row: 0 }] };
const press = (...keys: readonly string[]) => keys.reduce<Walk | null>((walk, key) => walk && afterKey(walk, key, 10), start);
const placeOf = (walk: Walk | null) => walk?.opened.map(({ node: { name }, row }) => `${name} ${row}`);

test.each([
  ["down", [], "image 1"],
  ["and stays at the last row", ["down", "down", "down", "down"], "image 2"],
  ["up stays at the first", ["up", "k"], "image 0"],
  ["as vi has it", ["j", "j", "k"], "image 1"],
  ["to the end and back", ["end", "home"], "image 0"],
  ["a key that means nothing", ["x", "escape", "tab"], "image 0"],
])("%s", (_, keys, place) => {
  expect(placeOf(press(...(keys.length === 0 ? ["down"] : keys)))).toEqual([place]);
});

test("opens what has parts, and goes back to where it was", () => {
  expect(placeOf(press("right", "pagedown", "pagedown"))).toEqual(["image 0", "usr 20"]);
  expect(placeOf(press("return", "end", "pageup"))).toEqual(["image 0", "usr 19"]);
  expect(placeOf(press("right", "down", "left"))).toEqual(["image 0"]);
  expect(placeOf(press("down", "right"))).toEqual(["image 1"]);
  expect(placeOf(press("left"))).toEqual(["image 0"]);
  expect(press("right", "q")).toBeNull();
});

test("nothing can be chosen of nothing", () => {
  const empty: Walk = { opened: [{ node: node("image", 0), row: 0 }] };
  for (const key of ["down", "right", "end", "pagedown"]) expect(placeOf(afterKey(empty, key, 10))).toEqual(["image 0"]);
  expect(drawWalk(empty, 80, 10)).toHaveLength(10);
});

test("draws as many lines as the screen has, none wider, and no control character of a name", () => {
  const lines = drawWalk(start, 60, 9);
  expect(lines).toEqual([
    "image  1.5 kB",
    "",
    ">    1.0 kB ███████··· usr/  (layer 1)",
    "      500 B ███······· data.db  (layer 1)",
    String.raw`        0 B ·········· evil\x1b[2J  (→ /x, layer 1)`,
    "",
    "",
    "",
    "↑ ↓ choose   → open   ← back   q end",
  ]);
  expect(drawWalk(start, 20, 9).every((line) => line.length < 20)).toBe(true);
});

test("shows the rows around the chosen one", () => {
  const walk = press("right", "end")!;
  const lines = drawWalk(walk, 80, 9);
  expect(lines[0]).toBe("image / usr  1.0 kB");
  expect(lines.filter((line) => line.includes("file ")).map((line) => /file \d+/.exec(line)?.[0])).toEqual([
    "file 25",
    "file 26",
    "file 27",
    "file 28",
    "file 29",
  ]);
  expect(lines[6]).toMatch(/^> /);
});
