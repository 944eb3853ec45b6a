import { accountVerbs, siteVerbs } from "./manage/verbs.ts";
import { builtIn } from "@datasette-publish/workbench/providers";

/** What oclif answers itself, and the commands of its best-known plugins, which we may have one day. */
const oclifs = ["help", "version", "autocomplete", "plugins"];

/** Names that no installed provider may have: those of our commands and of built-in providers. `npm create datasette-publish-provider` knows them too. */
export const takenNames: ReadonlySet<string> = new Set([
  "convert",
  "inspect",
  "preview",
  "providers",
  "ui",
  ...[...siteVerbs, ...accountVerbs, ...builtIn].map(({ name }) => name),
  ...oclifs,
]);
