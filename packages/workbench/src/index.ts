/** Drafts, jobs and sites: what a front end needs beside core, without HTTP and without a terminal. `/site` has what is done with one site. */
export { compare, type CompareOptions } from "./compare/compare.ts";
export { DraftFolders, type Upload } from "./drafts/draft-folder.ts";
export { Jobs } from "./jobs.ts";
export type { ProvidersModule } from "./providers.ts";
export { recordPublish, storeFile, workbenchFolder, type MadePublish } from "./site/record-publish.ts";
export { openStore, type OwnStore, type Store } from "./store/open-store.ts";
export { Workbench, type WorkbenchOptions } from "./workbench.ts";
