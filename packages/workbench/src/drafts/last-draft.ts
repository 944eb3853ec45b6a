import type { Draft, Site } from "../protocol.ts";
import type { DraftStore } from "../store/draft-store.ts";
import type { OwnStore } from "../store/open-store.ts";

/** The draft that the newest version of a site was made of, of those whose draft is here. */
export function lastDraft({ drafts, jobs }: OwnStore, { versions }: Pick<Site, "versions">): Draft | undefined {
  for (const { id } of versions) {
    const draft = drafts.get(jobs.get(id)?.draft ?? "");
    if (draft !== undefined) return draft;
  }
  return undefined;
}

/** Drafts that are updates of a site, and not live; the last changed first. */
export function openUpdates(drafts: DraftStore, site: string): Draft[] {
  return drafts.list().filter((draft) => draft.site === site && draft.state !== "live");
}
