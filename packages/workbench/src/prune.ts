import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { lastDraft } from "./drafts/last-draft.ts";
import type { OwnStore, Store } from "./store/open-store.ts";

/** How long events and jobs are kept that nothing needs, in milliseconds: a window may be left open over night. */
const keepsMs = 86_400_000;

/** Removes events and jobs of yesterday, sites that were never published, and drafts that another one of their site has replaced. */
export async function prune(own: OwnStore, nowMs: number, removeDraft: (id: string) => Promise<void>): Promise<void> {
  const { drafts, jobs, sites } = own;
  jobs.prune(nowMs - keepsMs);
  sites.prune(nowMs - keepsMs);
  const last = new Set(sites.list().map((site) => lastDraft(own, site)?.id));
  for (const { id, state, site } of drafts.list()) if (state === "live" && site !== null && !last.has(id)) await removeDraft(id);
}

/** Removes the folders of versions and drafts that are none of the store's, and no running job's. The last version of a site alone is kept. */
export async function removeUnwanted(store: Store, dir: string): Promise<void> {
  for (const [kind, of] of [
    ["versions", "versions"],
    ["images", "versions"],
    ["drafts", "drafts"],
  ] as const) {
    // What is begun meanwhile is in the store before it has a folder.
    const there = await readdir(join(dir, kind)).catch(() => []);
    const wanted = store.wanted()[of];
    for (const name of there.filter((id) => !wanted.has(id)))
      await rm(join(dir, kind, name), { recursive: true, force: true, maxRetries: 3 });
  }
}
