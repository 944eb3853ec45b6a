import { existsSync, readFileSync } from "node:fs";

/** The folders that pages of error codes may be in: the package's as it is published, the repository's. */
const folders = ["../errors/", "../../../docs/errors/"];

/** Paragraphs of the page of an error code, as plain text; undefined when `code` is none. */
export function errorPage(code: string | undefined): readonly string[] | undefined {
  if (code === undefined || !/^[A-Z]+(_[A-Z]+)*$/.test(code)) return undefined;
  const file = folders.map((folder) => new URL(`${folder}${code}.md`, import.meta.url)).find((url) => existsSync(url));
  if (file === undefined) return undefined;
  const paragraphs = readFileSync(file, "utf8")
    .trim()
    .split(/\n{2,}/);
  return paragraphs.map((text) => text.replace(/^#+ /, "").replaceAll("\n", " "));
}
