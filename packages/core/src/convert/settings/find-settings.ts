import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, join, normalize, sep } from "node:path";
import { PublishError } from "../../errors/publish-error.ts";
import { inputError, stateOf, type InputFile } from "../../files/input-file.ts";
import { ownNames } from "../../files/own-files.ts";
import type { Source } from "../dataset.ts";
import type { SettingsText } from "./parse-settings.ts";
import { settingsError } from "./settings-error.ts";

/** A file of settings that was read. */
export interface SettingsFile extends Source, SettingsText {
  /** How the names of the files begin that it speaks of; empty: it speaks of all. */
  readonly prefix: string;
  /** All its files were given: a name of none is a mistake. */
  readonly whole: boolean;
}

/** A file of settings that counts, before it is read. */
type Found = InputFile & Pick<SettingsFile, "prefix" | "whole">;

/**
 * Reads the `publish.yaml` (or `.yml`) at the top of each folder of `inputs`, and the one beside the first of `inputs` if that is a file; only
 * `given` where that is there.
 * @throws PublishError `SETTINGS_INVALID`; `INPUT_NOT_FOUND` and `INPUT_UNREADABLE`; `INPUT_UNSUPPORTED` for a link out of its folder
 */
export async function readSettings(inputs: readonly InputFile[], given: InputFile | undefined): Promise<SettingsFile[]> {
  const folders = await Promise.all(inputs.map(isFolder));
  const found = given === undefined ? await findSettings(inputs, folders) : [{ ...given, prefix: "", whole: folders.every(Boolean) }];
  return await Promise.all(found.map(read));
}

async function findSettings(inputs: readonly InputFile[], folders: readonly boolean[]): Promise<Found[]> {
  const found = new Map<string, Found>();
  for (const [index, input] of inputs.entries()) {
    const whole = folders[index]!;
    if (!whole && index > 0) continue;
    const folder = whole ? input : { path: dirname(input.path), name: dirname(input.name) };
    const file = await settingsIn(folder);
    if (file !== undefined && !found.has(file.path)) found.set(file.path, { ...file, prefix: whole ? prefixOf(folder) : "", whole });
  }
  return [...found.values()];
}

/** How the names of what is in a folder begin. */
function prefixOf({ name }: InputFile): string {
  const folder = normalize(name);
  return folder === "." ? "" : join(folder, sep);
}

async function settingsIn(folder: InputFile): Promise<InputFile | undefined> {
  const [name, second] = ownNames(folder.path).conversion;
  if (name === undefined) return undefined;
  if (second !== undefined)
    throw settingsError(
      { file: join(folder.name, second), line: null },
      `${name} is there too, and only one would be followed`,
      "Leave one out.",
    );
  const root = await realpath(folder.path);
  const [path, file] = [join(root, name), join(folder.name, name)];
  if ((await realpath(path)).startsWith(join(root, sep))) return { path, name: file };
  throw new PublishError("INPUT_UNSUPPORTED", `${file} is a link out of the folder.`, { action: "replace-file", file }, { file });
}

async function isFolder({ path }: InputFile): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

/** The YAML package is loaded by those who have such a file. */
async function read(file: Found): Promise<SettingsFile> {
  const state = await stateOf(file.path);
  const text = await readFile(file.path, "utf8").catch((error: unknown) => {
    throw inputError(file.name, error);
  });
  const { parseSettings } = await import("./parse-settings.ts");
  return { ...file, ...parseSettings(text, file.name), state };
}
