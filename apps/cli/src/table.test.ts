import { expect, test } from "vitest";
import { renderTable } from "./table.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

test("columns are as wide as their widest cell, and nothing is shortened without a terminal", () => {
  const rows = [
    ["a", digest, "x"],
    ["bcd", "", "y"],
  ];
  expect(renderTable(rows)).toEqual([`a    ${digest}  x`, `bcd  ${" ".repeat(71)}  y`]);
});

test("characters that take two columns count as two", () => {
  expect(
    renderTable([
      ["東京", "1"],
      ["a", "2"],
    ]),
  ).toEqual(["東京  1", "a     2"]);
  expect(renderTable([["東京 東京 東京"]], 8)).toEqual(["東京 東…"]);
});

test("a row may be shorter than others", () => {
  expect(renderTable([["a", "b"], ["ccc"]])).toEqual(["a    b", "ccc"]);
});

test("digests are shortened only where a row does not fit", () => {
  expect(renderTable([["a", digest]], 100)).toEqual([`a  ${digest}`]);
  expect(renderTable([["a", `image@${digest}`, "end"]], 40)).toEqual(["a  image@sha256:0123456789ab…  end"]);
});

test("what is still too long is cut at its end, unless it ends in an address", () => {
  expect(renderTable([["name", "one two three four"]], 12)).toEqual(["name  one t…"]);
  const url = "https://sheet.example/";
  expect(
    renderTable(
      [
        ["name", url],
        ["n", "short"],
      ],
      12,
    ),
  ).toEqual([`name  ${url}`, "n     short"]);
});
