/** Drafts, jobs and sites: what a front end needs beside core, without HTTP and without a terminal. */
export { DraftFolders, type Upload } from "./drafts/draft-folder.ts";
export { openStore, type OwnStore, type Store } from "./store/open-store.ts";
