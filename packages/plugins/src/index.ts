/** Python wheels as layers of an image, and a site's plugins as one of them. */
export { makeCompiler } from "./bytecode.ts";
export { closeOverLibraries, followLinks } from "./closure.ts";
export { readElf } from "./elf.ts";
export { makeImportReader, modulesIn, type Import, type ImportReader, type ModuleFile } from "./imports.ts";
export { pipDownload, type Target } from "./pip.ts";
export { openPlugins, type LockStore, type PluginLock, type Plugins } from "./plugins.ts";
export { readWheel } from "./wheel.ts";
