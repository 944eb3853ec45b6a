import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { toRemedies, type Remedy } from "../../errors/remedies.ts";
import { delimitedText, formats, otherText, type Format } from "./formats.ts";
import { limits } from "./limits.ts";

const page = await readFile(new URL("../../../../../docs/formats.md", import.meta.url), "utf8");

/** How tables come from the formats that are read. */
const ways = {
  sqlite: "Published as it is, as a database of its own.",
  zip: "Read as the folder of its files.",
  gzip: "Read as the file in it.",
};

function wayOf(format: Format): string {
  if (format === delimitedText) return "Each file is a table.";
  if (format === otherText) return "A table if you give the file by its name; in a folder if it is even and has two or more columns.";
  if (format.read !== undefined && format.read !== "text") return ways[format.read];
  return (
    toRemedies(format.advice ?? [])
      .map(shown)
      .join(" ") || "Left out."
  );
}

const shown = (remedy: Remedy): string =>
  remedy.action === "run" ? `Run \`${remedy.run.join(" ")}\` ${remedy.note}.` : (remedy as { text: string }).text;

function row(format: Format): string {
  const ends = format.extensions.map((extension) => (extension === "" ? "none" : `\`${extension}\``)).join(" ");
  const starts = format.magic !== undefined || format.pattern !== undefined;
  const name = format === otherText ? "other text" : format.name;
  return `| ${name} | ${ends} | ${starts ? "yes" : ""} | ${wayOf(format)} |`;
}

test("docs/formats.md has a row for each format, in the order in which they are told apart", () => {
  expect(page.split("\n").filter((line) => line.startsWith("| ") && line.split("|").length === 6 && !line.startsWith("| format"))).toEqual(
    formats.map(row),
  );
});

test("docs/formats.md has the limits", () => {
  const { bytes, files, nesting, ratio, ratioFromBytes } = limits;
  const said = [
    `${bytes / 1e9} GB`,
    files.toLocaleString("en"),
    `${nesting} deep`,
    `${ratio.toLocaleString("en")} times`,
    `${ratioFromBytes / 1e6} MB`,
  ];
  for (const text of said) expect(page).toContain(text);
});
