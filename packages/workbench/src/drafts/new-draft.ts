import type { Draft, Site } from "../protocol.ts";
import { findSite } from "../published-sites.ts";
import type { OwnStore } from "../store/open-store.ts";
import type { DraftFolders } from "./draft-folder.ts";
import { lookAtPaths, projectIdOf, takeFiles } from "./given-paths.ts";
import { lastDraft } from "./last-draft.ts";

/** What a draft begins with. */
export interface NewDraft {
  /** The site that it is an update of. */
  readonly site?: string;
  /** One folder, or files. */
  readonly paths?: readonly string[];
}

interface DraftsOf {
  readonly own: OwnStore;
  readonly files: DraftFolders;
  readonly removeDraft: (id: string) => Promise<void>;
}

/** See `Workbench.createDraft`. */
export async function createDraft({ site, paths = [] }: NewDraft, { own, files, removeDraft }: DraftsOf): Promise<Draft> {
  const { drafts, sites } = own;
  const given = await lookAtPaths(paths);
  const begun = drafts.list().find(({ folder, state }) => folder !== null && folder === given.folder && state !== "live");
  if (begun !== undefined) return begun;
  const of = site === undefined ? publishedFrom(own, given.folder) : findSite(sites, site);
  const last = of && lastDraft(own, of);
  const folder = given.folder ?? (given.files.length > 0 ? null : (last?.folder ?? null));
  const { id } = drafts.create({ site: of?.id ?? null, folder });
  try {
    if (of !== undefined) takeOver(own, id, of, last);
    await takeFiles(files, id, given);
    return drafts.get(id)!;
  } catch (error) {
    await removeDraft(id);
    throw error;
  }
}

/** The site that was published from a folder, and not from a part of it. */
function publishedFrom({ sites }: OwnStore, folder: string | null): Site | undefined {
  const there = folder === null ? [] : sites.list().filter((site) => site.folder === folder);
  const project = folder !== null && there.length > 0 ? projectIdOf(folder) : undefined;
  return there.find((site) => site.project === project);
}

/** An update begins as the last version ended. */
function takeOver({ drafts }: OwnStore, id: string, { title, versions: [version] }: Site, last: Draft | undefined): void {
  drafts.setAbout(id, last?.about ?? { title });
  if (last !== undefined) drafts.setChoices(id, last.choices);
  for (const decision of last?.decisions ?? []) drafts.decide(id, decision);
  drafts.setPlace(id, version?.place ?? last?.place ?? null);
}
