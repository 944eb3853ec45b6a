import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** What `npm publish` would send of one package of this repository. */
export interface PackedPackage {
  /** Its `package.json` as it is in the tarball: no `workspace:` and no `catalog:` left. */
  readonly manifest: { readonly name: string; readonly version: string; readonly dependencies?: Readonly<Record<string, string>> };
  readonly tarball: Buffer;
  /** Where it is packed. */
  readonly file: string;
}

/** Packs every public package of this repository into `dir`. They have to be built. */
export async function packPackages(dir: string): Promise<readonly PackedPackage[]> {
  const filters = publicPackages().flatMap((name) => ["--filter", name]);
  await run("pnpm", ["--recursive", ...filters, "pack", "--pack-destination", dir], { cwd: root, maxBuffer: 2 ** 26 });
  return Promise.all(globSync("*.tgz", { cwd: dir }).map((file) => readPackage(join(dir, file))));
}

const run = promisify(execFile);

function publicPackages(): readonly string[] {
  return globSync("{packages,apps}/*/package.json", { cwd: root }).flatMap((file) => {
    const { name, private: kept } = JSON.parse(readFileSync(join(root, file), "utf8")) as { name: string; private?: boolean };
    return kept ? [] : [name];
  });
}

async function readPackage(file: string): Promise<PackedPackage> {
  const { stdout } = await run("tar", ["-xzOf", file, "package/package.json"]);
  return { manifest: JSON.parse(stdout) as PackedPackage["manifest"], tarball: await readFile(file), file };
}
