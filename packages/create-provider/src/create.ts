import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { PublishError } from "@datasette-publish/core";
import { fillIn } from "./fill-in.ts";
import { takenNames } from "./taken-names.ts";

const template = fileURLToPath(new URL("../template", import.meta.url));

/** npm leaves a `.gitignore` out of a package and reads a `package.json` wherever it is: in the template they have other names. */
const renamed: Readonly<Record<string, string>> = { _gitignore: ".gitignore", "_package.json": "package.json" };

/** The repository that was written. */
export interface CreatedProvider {
  /** The provider's name: the last part of `folder`. */
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** Relative to `folder`, sorted. */
  readonly files: readonly string[];
}

/**
 * Writes the repository of a new provider, named after its folder. The folder may exist when it is empty (or only has a `.git`).
 *
 * @throws PublishError `OPTION_INVALID` for a name that no provider may have, `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`
 */
export async function createProvider(path: string): Promise<CreatedProvider> {
  const folder = resolve(path);
  const name = basename(folder);
  checkName(name);
  await checkEmpty(folder);
  const files: string[] = [];
  for (const entry of await readdir(template, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const file = join(entry.parentPath.slice(template.length + 1), renamed[entry.name] ?? entry.name);
    await mkdir(join(folder, dirname(file)), { recursive: true });
    await writeFile(join(folder, file), fillIn(await readFile(source, "utf8"), name), { flag: "wx" });
    files.push(file);
  }
  return { name, folder, files: files.sort() };
}

function checkName(name: string): void {
  if (takenNames.has(name)) {
    const message = `No provider can be called ${name}: it is a command of publish itself.`;
    throw new PublishError("OPTION_INVALID", message, "Give another name, such as my-host.", { name });
  }
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) return;
  throw new PublishError(
    "OPTION_INVALID",
    `${JSON.stringify(name)} is not a name for a provider.`,
    "Give one in lower-case letters, digits and single hyphens, beginning with a letter, such as my-host.",
    { name },
  );
}

async function checkEmpty(folder: string): Promise<void> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    if (error.code === "ENOTDIR") return [basename(folder)];
    throw error;
  });
  if (entries.every((entry) => entry === ".git")) return;
  throw new PublishError("OUTPUT_EXISTS", `${folder} is there and not empty.`, "Give the name of a new folder.", { folder });
}
