import { setOption } from "../../errors/remedies.ts";
import type { ConvertOptions } from "../dataset.ts";
import { isNamed, nearestFile, type SeenFile } from "./file-names.ts";
import type { SettingsFile } from "./find-settings.ts";
import { invalid, optionOf, optionValue } from "./option-errors.ts";
import { settingsError } from "./settings-error.ts";
import { every, type FileSettings, type Settings } from "./settings.ts";

/** What is said of each file, by options and by files of settings. */
export class FilesResolver {
  readonly #options: ConvertOptions;
  readonly #sources: readonly SettingsFile[];
  readonly #seen: SeenFile[] = [];
  readonly #leftOut = new Set<string>();

  constructor(options: ConvertOptions, sources: readonly SettingsFile[]) {
    this.#options = options;
    this.#sources = sources;
  }

  /** What is said of a file, which from now on is known. */
  settingsOf(file: SeenFile): FileSettings {
    this.#seen.push(file);
    const { everyFile, files = {} } = this.#options;
    const said = this.#saidOf(file);
    const layers = [...said.map((one) => one[every]), ...said.flatMap((one) => named(one, file)), everyFile, ...named(files, file)];
    const merged: FileSettings = Object.assign({}, ...layers, this.#leavesOut(file) && { leaveOut: true }) as FileSettings;
    if (merged.leaveOut === true) this.#leftOut.add(file.label.replace(/\.[^./]*$/, ""));
    return merged.separator === String.raw`\t` ? { ...merged, separator: "\t" } : merged;
  }

  /** Whether something is said of this file, and not only of all. */
  isSaid(file: SeenFile): boolean {
    const said = this.#saidOf(file);
    return [...said, this.#options.files ?? {}].some((files) => named(files, file).length > 0);
  }

  /** Whether a name is that of a file which is known. */
  has(name: string): boolean {
    return this.#seen.some((file) => isNamed(name, file));
  }

  /** Whether a table would come of a file that is left out. */
  isLeftOut(table: string): boolean {
    return this.#leftOut.has(table);
  }

  /** @throws PublishError `OPTION_INVALID` and `SETTINGS_INVALID` for a name that is of no file */
  requireFiles(): void {
    for (const [name, settings] of Object.entries(this.#options.files ?? {}))
      if (!this.has(name)) throw this.#unknownOption(name, settings);
    for (const source of this.#sources.filter(({ whole }) => whole))
      for (const name of Object.keys(source.settings.files ?? {}))
        if (name !== every && !this.has(name)) throw this.#unknownName(name, source);
  }

  /** What the files of settings for the folder of a file say of files. */
  #saidOf(file: SeenFile): NonNullable<Settings["files"]>[] {
    return this.#sources.filter(({ prefix }) => file.name.startsWith(prefix)).map(({ settings }) => settings.files ?? {});
  }

  #leavesOut(file: SeenFile): boolean {
    return this.#options.leaveOut?.some((name) => isNamed(name, file)) ?? false;
  }

  #unknownOption(name: string, settings: FileSettings): Error {
    const option = optionOf(settings);
    const meant = nearestFile(name, this.#seen);
    const remedy = meant === undefined ? this.#advice() : setOption(option, optionValue(meant, settings));
    return invalid(option, `No file is called ${name}.`, remedy);
  }

  #unknownName(name: string, { name: file, lineOf }: SettingsFile): Error {
    const meant = nearestFile(name, this.#seen);
    const place = { file, line: lineOf("files", name), key: name };
    return settingsError(place, `no file is called ${name}`, meant === undefined ? this.#advice() : `Write ${meant}.`);
  }

  #advice(): string {
    const labels = this.#seen.map(({ label }) => label);
    return `The files are ${labels.slice(0, mostOffered).join(", ")}${labels.length > mostOffered ? ", …" : ""}.`;
  }
}

/** Files that an error offers. */
const mostOffered = 20;

function named(files: Readonly<Record<string, FileSettings>>, file: SeenFile): FileSettings[] {
  return Object.entries(files).flatMap(([name, settings]) => (name !== every && isNamed(name, file) ? [settings] : []));
}
