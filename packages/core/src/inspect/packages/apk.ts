import type { ImageEntry } from "../tree.ts";
import type { PackageRecord } from "./claims.ts";

/** Alpine's packages: one paragraph each, with `P:` name, `V:` version, `F:` a folder, and `R:` each file in it. */
export function readApk(records: readonly ImageEntry[]): PackageRecord[] {
  return records.flatMap(({ text = "" }) => text.split(/\n{2,}/)).flatMap((paragraph) => readParagraph(paragraph.split("\n")) ?? []);
}

function readParagraph(lines: readonly string[]): PackageRecord | null {
  let [name, version, folder]: [string | null, string | null, string] = [null, null, ""];
  const files: string[] = [];
  for (const line of lines) {
    const value = line.slice(2);
    if (line.startsWith("P:")) name = value;
    else if (line.startsWith("V:")) version = value;
    else if (line.startsWith("F:")) folder = value;
    else if (line.startsWith("R:")) files.push(folder === "" ? value : `${folder}/${value}`);
  }
  return name === null ? null : { kind: "apk", name, version, files };
}
