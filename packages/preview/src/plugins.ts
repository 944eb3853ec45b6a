import type { PyodideAPI } from "pyodide";
import { readWheel, writeFiles } from "./unpack-wheels.ts";

const folder = "/plugins";

/** Datasette has looked for plugins when it was imported, before the snapshot: this has it look again. */
const script = `
def add_plugins(folder):
    """Has Datasette take the plugins in a folder. Returns those that cannot be imported, each with why."""
    import importlib.metadata, json, sys
    from datasette.plugins import pm
    sys.path.append(folder)
    importlib.invalidate_caches()
    left_out = []
    for distribution in importlib.metadata.distributions(path=[folder]):
        for entry in distribution.entry_points:
            if entry.group != "datasette":
                continue
            try:
                entry.load()
            except Exception as error:
                pm.set_blocked(entry.name)
                left_out.append([distribution.metadata["Name"], f"{type(error).__name__}: {error}"])
    pm.load_setuptools_entrypoints("datasette")
    return json.dumps(left_out)
add_plugins
`;

/** Takes a site's plugins into a Python that has Datasette. Returns those that cannot be imported, each with why. */
export async function addPlugins(
  python: PyodideAPI,
  wheels: readonly string[],
): Promise<readonly (readonly [plugin: string, problem: string])[]> {
  if (wheels.length === 0) return [];
  for (const wheel of wheels) writeFiles(python.FS, folder, await readWheel(wheel));
  const add = python.runPython(script) as (folder: string) => string;
  return JSON.parse(add(folder)) as [string, string][];
}
