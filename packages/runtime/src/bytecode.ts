import { PublishError, type ImageFile } from "@datasette-publish/core";
import { loadPyodide } from "pyodide-3.13";

/** First four bytes of a `.pyc` of CPython 3.13 (importlib's MAGIC_NUMBER, 3571). */
const magicNumber = "f30d0d0a";

/** Compiles /in.py; unchecked hash (PEP 552): never compared with a source, so no time or path decides a byte. */
const script = `
import py_compile
def compile_one(path):
    py_compile.compile("/in.py", "/out.pyc", "/" + path, doraise=True, optimize=0,
                       invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
compile_one
`;

/**
 * Every `.py` of `files` as a sourceless `.pyc` in its place (PEP 3147, "Case 4: legacy pyc files"), others untouched.
 * CPython 3.13 in WebAssembly compiles, in its memory file system. Tracebacks name the image's own paths.
 */
export async function compileSources(files: readonly ImageFile[], signal?: AbortSignal): Promise<ImageFile[]> {
  const pyodide = await loadPyodide({ env: { PYTHONHASHSEED: "0" } });
  const compileOne = pyodide.runPython(script) as (path: string) => void;
  const compiled: ImageFile[] = [];
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const file of sorted) {
    signal?.throwIfAborted();
    if (!file.name.endsWith(".py")) compiled.push(file);
    else if (file.type === "symlink") compiled.push({ ...file, name: `${file.name}c`, linkName: `${file.linkName}c` });
    else if (file.source instanceof Uint8Array) {
      pyodide.FS.writeFile("/in.py", file.source);
      compileOne(file.name);
      const source = Uint8Array.from(pyodide.FS.readFile("/out.pyc") as Uint8Array);
      checkMagic(source);
      compiled.push({ name: `${file.name}c`, mode: 0o644, source });
    }
  }
  return compiled;
}

function checkMagic(pyc: Uint8Array): void {
  const found = Buffer.from(pyc.subarray(0, 4)).toString("hex");
  if (found === magicNumber) return;
  throw new PublishError("INTERNAL", `The compiler writes bytecode ${found}, not ${magicNumber} of CPython 3.13.`, "Install pyodide 0.29, which is CPython 3.13.");
}
