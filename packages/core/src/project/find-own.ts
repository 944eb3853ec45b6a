import { realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { PublishError } from "../errors/publish-error.ts";
import type { InputFile, LeftOut } from "../files/input-file.ts";
import { isProject, ownNames, type OwnFiles, type OwnFolder, type OwnNames, type StaticFolder } from "../files/own-files.ts";

/** What a project's folders have besides data. */
export interface FoundOwn {
  readonly files: OwnFiles;
  /** What is there and not taken. */
  readonly leftOut: readonly LeftOut[];
}

/** Why a project's file is left out. */
export const replacedWhy = "is not taken, as another was given";

const described = ["metadata", "config", "settings", "requirements"] as const;
const folders = ["templates", "plugins"] as const;

/**
 * The site's own files in the one of `inputs` that is a project, and what was given besides, which wins.
 * @throws PublishError `INPUT_UNSUPPORTED` for two projects, and for a file that is a link out of its folder; `SITE_METADATA_INVALID` for two
 *   files of which only one would count
 */
export function findOwn(inputs: readonly InputFile[], given: OwnFiles): FoundOwn {
  const named = inputs.map((input) => ({ input, names: ownNames(input.path) }));
  const [project, other] = named.filter(({ names }) => isProject(names));
  if (other !== undefined) throw twoProjects(project!.input, other.input);
  const leftOut = named.filter((one) => one !== project).flatMap(({ input, names }) => notTaken(input, names));
  if (project === undefined) return { files: given, leftOut };
  const found = filesOf(project.input, project.names);
  return { files: withGiven(found, given), leftOut: [...leftOut, ...replaced(found, given)] };
}

function filesOf(folder: InputFile, names: OwnNames): OwnFiles {
  const files = described.flatMap((kind) => {
    const [name, second] = names[kind];
    if (second !== undefined) throw twoFiles(folder, name!, second);
    return name === undefined ? [] : [[kind, within(folder, name)] as const];
  });
  const own = folders.flatMap((kind) => names[kind].map((name) => [kind, folderIn(folder, name)] as const));
  const statics = names.static.map((mount): StaticFolder => ({ mount, folder: folderIn(folder, mount) }));
  return { ...Object.fromEntries([...files, ...own]), statics };
}

/** Files that were given are taken in the place of the project's; folders to serve at other addresses are added. */
function withGiven(found: OwnFiles, given: OwnFiles): OwnFiles {
  const mounts = new Set(given.statics?.map(({ mount }) => mount));
  const others = found.statics?.filter(({ mount }) => !mounts.has(mount)) ?? [];
  return { ...found, ...given, statics: [...others, ...(given.statics ?? [])] };
}

function replaced(found: OwnFiles, given: OwnFiles): LeftOut[] {
  const why = replacedWhy;
  const mounts = new Set(given.statics?.map(({ mount }) => mount));
  return [
    ...[...described, ...folders].flatMap((kind) => (found[kind] && given[kind] ? [{ file: found[kind].name, why }] : [])),
    ...(found.statics ?? []).filter(({ mount }) => mounts.has(mount)).map(({ folder }) => ({ file: folder.name, why })),
  ];
}

/** A requirements file beside nothing but data is mostly an analyst's own. */
function notTaken(folder: InputFile, { requirements }: OwnNames): LeftOut[] {
  const why = "is installed only for a folder that has metadata, a configuration, templates or plugins besides";
  return requirements.map((name) => ({ file: join(folder.name, name), why }));
}

/** A file that would be a link out of the folder is refused: what it says must not be missing unseen. */
function within(folder: InputFile, name: string): InputFile {
  const file = { path: join(folder.path, name), name: join(folder.name, name) };
  if (join(realpathSync(file.path), sep).startsWith(join(realpathSync(folder.path), sep))) return file;
  const message = `${file.name} is a link out of the folder.`;
  throw new PublishError(
    "INPUT_UNSUPPORTED",
    message,
    [
      { action: "replace-file", file: file.name },
      { action: "leave-out", file: file.name },
    ],
    {
      file: file.name,
    },
  );
}

function folderIn(folder: InputFile, name: string): OwnFolder {
  return { ...within(folder, name), root: folder.path };
}

function twoFiles(folder: InputFile, first: string, second: string): PublishError {
  const file = join(folder.name, second);
  const message = `${folder.name} has both ${first} and ${second}: only one of them would be followed.`;
  return new PublishError("SITE_METADATA_INVALID", message, { action: "leave-out", file }, { file });
}

function twoProjects({ name: first }: InputFile, { name: file }: InputFile): PublishError {
  const message = `${first} and ${file} are each the project of a site.`;
  return new PublishError("INPUT_UNSUPPORTED", message, { action: "leave-out", file, note: "and publish it by itself" }, { file });
}
