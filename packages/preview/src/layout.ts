import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { PyodideAPI } from "pyodide";
import type { PlainSite } from "./messages.ts";

/** Puts a site's files where they are in the image, and makes its folders. */
export function layOut(python: PyodideAPI, { files, links, folders, workingDir }: PlainSite): void {
  const { FS } = python;
  for (const folder of [...folders, workingDir]) FS.mkdirTree(folder);
  for (const { name, source } of files) {
    FS.mkdirTree(dirname(`/${name}`));
    FS.writeFile(`/${name}`, typeof source === "string" ? readFileSync(source) : source);
  }
  const mounts = new Map<string, string>();
  for (const { name, source } of links) {
    const path = String(source);
    const dir = dirname(path);
    const mount = mounts.get(dir) ?? `/folders/${mounts.size}`;
    if (!mounts.has(dir)) python.mountNodeFS(mount, dir);
    mounts.set(dir, mount);
    FS.mkdirTree(dirname(`/${name}`));
    FS.symlink(`${mount}/${basename(path)}`, `/${name}`);
  }
}
