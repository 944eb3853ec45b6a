import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { wheelsDir } from "./folders.ts";
import { missing } from "./missing.ts";

/**
 * Paths of the wheels of Datasette and of what it depends on, as the layers have them. Those with native code are amd64's;
 * WebAssembly takes the Python part of any.
 *
 * @throws PublishError `RUNTIME_MISSING`
 */
export async function wheelFiles(dir = wheelsDir): Promise<string[]> {
  const names = await readdir(dir).catch(() => []);
  const wheels = names.filter((name) => name.endsWith(".whl")).sort();
  if (wheels.length === 0) throw missing("Datasette's wheels are not there yet.");
  return wheels.map((name) => join(dir, name));
}
