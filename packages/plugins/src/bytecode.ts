import { setImmediate } from "node:timers/promises";
import { PublishError, type ImageFile } from "@datasette-publish/core";

/** First four bytes of a `.pyc` of CPython 3.13 (importlib's MAGIC_NUMBER, 3571). */
const magicNumber = "f30d0d0a";

/** Files compiled before other events, such as an abort, get their turn. */
const turnFiles = 8;

/** Compiles /in.py; unchecked hash (PEP 552): never compared with a source, so no time or path decides a byte. */
const script = `
import py_compile
def compile_one(path):
    try:
        py_compile.compile("/in.py", "/out.pyc", "/" + path, doraise=True, optimize=0,
                           invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    except py_compile.PyCompileError as error:
        return error.msg
compile_one
`;

/** Turns every `.py` of a layer's files into bytecode; the other files stay as they are. */
export type Compiler = (files: readonly ImageFile[], signal?: AbortSignal) => Promise<ImageFile[]>;

/**
 * CPython 3.13 in WebAssembly as a compiler: each `.py` becomes a sourceless `.pyc` in its place (PEP 3147, legacy pyc files).
 * It works in its own memory file system. Tracebacks name the image's paths, not this machine's.
 *
 * @param options `isLenient`: a file that is no Python 3.13 stays as it is; whoever imports it is told so then
 * @throws PublishError `INTERNAL` for such a file else
 */
export async function makeCompiler({ isLenient = false } = {}): Promise<Compiler> {
  const { loadPyodide } = await import("pyodide-3.13");
  const pyodide = await loadPyodide({ env: { PYTHONHASHSEED: "0", HOME: "/" } });
  const compileOne = pyodide.runPython(script) as (path: string) => string | undefined;
  const compile = (file: ImageFile): ImageFile => {
    if (!file.name.endsWith(".py")) return file;
    const name = `${file.name}c`;
    if (file.type === "symlink") return { ...file, name, linkName: `${file.linkName}c` };
    if (!(file.source instanceof Uint8Array)) return file;
    pyodide.FS.writeFile("/in.py", file.source);
    const problem = compileOne(file.name);
    if (problem !== undefined && isLenient) return file;
    if (problem !== undefined) throw new PublishError("INTERNAL", `${file.name} cannot be compiled: ${problem}`, "Report this as a bug.");
    const source = Uint8Array.from(pyodide.FS.readFile("/out.pyc") as Uint8Array);
    checkMagic(source);
    return { name, mode: 0o644, source };
  };
  return async (files, signal) => {
    const compiled: ImageFile[] = [];
    for (const file of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (compiled.length % turnFiles === 0) await setImmediate();
      signal?.throwIfAborted();
      compiled.push(compile(file));
    }
    return compiled;
  };
}

function checkMagic(pyc: Uint8Array): void {
  const found = Buffer.from(pyc.subarray(0, 4)).toString("hex");
  if (found === magicNumber) return;
  throw new PublishError(
    "INTERNAL",
    `The compiler writes bytecode ${found}, not ${magicNumber} of CPython 3.13.`,
    "Install pyodide 0.29, which is CPython 3.13.",
  );
}
