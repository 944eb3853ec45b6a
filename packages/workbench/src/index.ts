/** Drafts, jobs and sites: what a front end needs beside core, without HTTP and without a terminal. */
export { compare, type CompareOptions } from "./compare/compare.ts";
export { DraftFolders, type Upload } from "./drafts/draft-folder.ts";
export { Jobs } from "./jobs.ts";
export { builtIn, type ProvidersModule } from "./providers.ts";
export { cacheDirFor, openChecked, warmUp } from "./site/preview-site.ts";
export { openSitePlugins } from "./site/site-plugins.ts";
export { openStore, type OwnStore, type Store } from "./store/open-store.ts";
export type { PublishRecord } from "./store/site-store.ts";
export { storeFile, Workbench, type WorkbenchOptions } from "./workbench.ts";
