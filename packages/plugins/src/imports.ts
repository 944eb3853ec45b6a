import type { ImageFile } from "@datasette-publish/core";

/**
 * Lists the modules that a source may import, anywhere in it: in functions and in `try` too. What only type checkers, other systems or
 * `python -m` run is left out. `from a import b` names both `a` and `a.b`, as `b` may be a module.
 */
const script = String.raw`
import ast, re

BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
BY_NAME = re.compile(r"""\b(?:import_module|__import__)\(\s*["']([\w.]+)["']""")
ELSEWHERE = {"sys.platform": "linux", "os.name": "posix", "__name__": None}

def is_never(test):
    if isinstance(test, (ast.Name, ast.Attribute)):
        return (test.id if isinstance(test, ast.Name) else test.attr) == "TYPE_CHECKING"
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.Eq):
        return False
    named, value = ast.unparse(test.left), test.comparators[0]
    return named in ELSEWHERE and isinstance(value, ast.Constant) and value.value != ELSEWHERE[named]

def imported(node, package):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    parts = package.split(".")
    above = parts[: len(parts) - node.level + 1] if node.level else []
    base = ".".join([*above, *([node.module] if node.module else [])])
    return [base, *(f"{base}.{alias.name}" for alias in node.names)]

def imports_of(source, package):
    found = dict.fromkeys(BY_NAME.findall(source), False)
    queue = [(node, True) for node in ast.parse(source).body]
    while queue:
        node, is_eager = queue.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for name in imported(node, package):
                found[name] = found.get(name, False) or is_eager
        elif isinstance(node, ast.If) and is_never(node.test):
            queue += [(child, is_eager) for child in node.orelse]
        else:
            inner = is_eager and not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Try))
            queue += [(child, inner) for block in BLOCKS for child in getattr(node, block, ())]
    return "\n".join(f"{'!' if is_eager else ''}{name}" for name, is_eager in sorted(found.items()))

imports_of
`;

/** One import of a source. */
export interface Import {
  /** `a.b.c`: a module, or a name in one. */
  readonly name: string;
  /** Whether the source cannot be imported without it: it stands neither in a function nor in a `try`. */
  readonly isEager: boolean;
}

/** Reads the imports of a Python source; `packageName` is the package it is in, from which relative imports start. */
export type ImportReader = (source: Uint8Array, packageName: string) => readonly Import[];

/** Reads imports with the parser of CPython 3.13, in WebAssembly; nothing is run. */
export async function makeImportReader(): Promise<ImportReader> {
  const { loadPyodide } = await import("pyodide-3.13");
  const pyodide = await loadPyodide({ env: { PYTHONHASHSEED: "0", HOME: "/" } });
  const importsOf = pyodide.runPython(script) as (source: string, packageName: string) => string;
  const decoder = new TextDecoder();
  return (source, packageName) =>
    importsOf(decoder.decode(source), packageName)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => ({ name: line.replace("!", ""), isEager: line.startsWith("!") }));
}

/** A file of Python in a folder of modules: how it is imported, and from which package its relative imports start. */
export interface ModuleFile {
  readonly module: string;
  readonly packageName: string;
  readonly file: ImageFile;
}

/** The modules of files below `folders`, sources and native code alike. */
export function modulesIn(files: Iterable<ImageFile>, folders: readonly string[]): ModuleFile[] {
  const modules: ModuleFile[] = [];
  for (const file of files) {
    const folder = folders.find((each) => file.name.startsWith(`${each}/`));
    const match =
      folder === undefined ? null : /^((?:\w+\/)*)(\w+)(?:\.cpython-[\w-]+|\.abi3)?\.(py|pyc|so)$/.exec(file.name.slice(folder.length + 1));
    if (match === null) continue;
    const [, dirs = "", name = ""] = match;
    const packageName = dirs.replace(/\/$/, "").replaceAll("/", ".");
    const module = name === "__init__" ? packageName : [packageName, name].filter((part) => part !== "").join(".");
    modules.push({ module, packageName, file });
  }
  return modules;
}
