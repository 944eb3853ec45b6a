import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { wheelsDir } from "./folders.ts";
import { defaultLine, type Line } from "./lines.ts";
import { missing } from "./missing.ts";

/** Name of the file beside the wheels that lists those of one line. */
export function wheelsFile(line: Line): string {
  return `${line}.json`;
}

/**
 * Paths of the wheels that the preview takes: Datasette of one line and what it depends on, in the layers' versions. Native
 * code is WebAssembly's where there is such a wheel, else amd64's, of which WebAssembly takes the Python part.
 *
 * @throws PublishError `RUNTIME_MISSING`
 */
export async function wheelFiles(line: Line = defaultLine, dir = wheelsDir): Promise<string[]> {
  const list = await readFile(join(dir, wheelsFile(line)), "utf8").catch(() => null);
  if (list === null) throw missing("Datasette's wheels are not there yet.");
  return (JSON.parse(list) as string[]).map((name) => join(dir, name));
}
