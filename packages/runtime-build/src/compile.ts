import { createHash } from "node:crypto";
import type { ImageFile } from "@datasette-publish/core";
import { makeCompiler } from "@datasette-publish/plugins";

/** `importlib.resources.files()` finds its caller by comparing files' names with its own, which only a source has. */
export const keptSources = new Set(["usr/lib/python3.13/importlib/resources/_common.py"]);

let compiler: ReturnType<typeof makeCompiler> | undefined;
/** Bytecode by path and digest of the source: lines and architectures have most of them in common. */
const compiled = new Map<string, ImageFile>();

/** A layer's files with bytecode in the place of sources. In one process, each is compiled once. */
export async function compileLayer(files: readonly ImageFile[], signal?: AbortSignal): Promise<ImageFile[]> {
  const compile = await (compiler ??= makeCompiler());
  const done: ImageFile[] = [];
  for (const file of files) {
    const isSource = file.name.endsWith(".py") && !keptSources.has(file.name);
    const key = isSource ? keyOf(file) : "";
    const found = isSource ? (compiled.get(key) ?? (await compile([file], signal))[0]!) : file;
    if (isSource) compiled.set(key, found);
    done.push(found);
  }
  return done;
}

function keyOf({ name, source = "", linkName = "" }: ImageFile): string {
  return `${name}\n${linkName}\n${createHash("sha256").update(source).digest("hex")}`;
}
