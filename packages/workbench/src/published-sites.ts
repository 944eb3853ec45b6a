import { PublishError, toErrorJson, type Environment } from "@datasette-publish/core";
import type { Jobs } from "./jobs.ts";
import type { Places } from "./places/places.ts";
import type { HostAnswer, Job, Site } from "./protocol.ts";
import type { OwnStore } from "./store/open-store.ts";
import type { SiteStore } from "./store/site-store.ts";
import type { ChildWorker } from "./worker/child-worker.ts";
import type { KeepChange, SiteOf } from "./worker/messages.ts";
import { keepOutcome } from "./worker/outcome.ts";
import type { Workers } from "./worker/workers.ts";

/** How long a host may take to say how a site is, in milliseconds. */
const answerMs = 30_000;

interface PublishedOptions {
  readonly own: OwnStore;
  readonly jobs: Jobs;
  readonly places: Places;
  readonly workers: Workers;
  readonly env: Environment;
  /** Where the outcome of a change is written to. */
  readonly store: { readonly store: string; readonly owner: string };
}

/** What is asked of published sites, and done to them at their hosts: by the place of their last version. */
export class PublishedSites {
  readonly #options: PublishedOptions;

  constructor(options: PublishedOptions) {
    this.#options = options;
  }

  /** Of a place where nothing runs, and of a site that was removed, there is no status and no error. */
  async status(id: string, signal?: AbortSignal): Promise<HostAnswer> {
    const site = this.#site(id);
    try {
      if (site.removedMs !== null) return { status: null, error: null };
      const of = this.#at(site);
      const { verbs } = await this.#options.places.find(of.place.card);
      if (!verbs.includes("status")) return { status: null, error: null };
      return { status: await within(signal, (limited) => this.#options.workers.hosts().ask("status", of, limited)), error: null };
    } catch (error) {
      const { exitStatus: _, ...rest } = toErrorJson(error);
      return { status: null, error: rest };
    }
  }

  /** The latest lines of a site's log. @throws PublishError `COMMAND_INVALID` where the host shows none, and what the host throws */
  async logs(id: string, signal?: AbortSignal): Promise<readonly string[]> {
    const of = this.#at(this.#site(id));
    return within(signal, (limited) => this.#options.workers.hosts().ask("logs", of, limited));
  }

  /** Goes back to a release of the site's status. The job's result is the `Release` that serves then. */
  rollback(id: string, release: string): Job {
    const site = this.#site(id);
    const of = this.#at(site);
    return this.#change("rollback", site, (worker, keep, call) => worker.ask("rollback", { ...of, release, keep }, call));
  }

  /** Removes a site from its host; what is known of it stays. @throws PublishError `OPTION_INVALID` when `title` is not its title */
  remove(id: string, title: string): Job {
    const site = this.#site(id);
    const of = this.#at(site);
    if (title.trim() !== site.title.trim())
      throw new PublishError("OPTION_INVALID", "That is not the site's title: nothing was removed.", "Type the title as it is shown.", {
        option: "title",
      });
    return this.#change("remove", site, (worker, keep, call) => worker.ask("remove", { ...of, keep }, call));
  }

  #change(
    kind: KeepChange["kind"],
    { id }: Site,
    work: (worker: ChildWorker, keep: KeepChange, call: { readonly signal: AbortSignal }) => Promise<unknown>,
  ): Job {
    const { own, jobs, workers, store } = this.#options;
    return jobs.start({ kind, site: id }, async (call) => {
      const keep: KeepChange = { ...store, kind, job: call.job, site: id };
      try {
        const made = await work(workers.site(id), keep, call);
        keepOutcome(own, keep, { made });
        return { state: "done" };
      } finally {
        workers.end(id);
      }
    });
  }

  #site(id: string): Site {
    return findSite(this.#options.own.sites, id);
  }

  #at({ name, project, folder, versions, removedMs }: Site): SiteOf {
    if (removedMs !== null) throw new PublishError("NOT_PUBLISHED", "This site was removed from its host.", "Publish it again.");
    const place = versions[0]?.place ?? null;
    if (place === null) throw new PublishError("NOT_PUBLISHED", "Where this site lives is not known here.", "Publish it from here again.");
    return { site: { name, project, folder }, place, env: this.#options.env };
  }
}

/** @throws PublishError `INPUT_NOT_FOUND` */
export function findSite(sites: SiteStore, id: string): Site {
  const site = sites.get(id);
  if (site !== undefined) return site;
  throw new PublishError("INPUT_NOT_FOUND", "This site is not in the list any more.", "Look at the list of sites.", { site: id });
}

async function within<T>(signal: AbortSignal | undefined, ask: (call: { readonly signal: AbortSignal }) => Promise<T>): Promise<T> {
  const limit = AbortSignal.timeout(answerMs);
  try {
    return await ask({ signal: signal === undefined ? limit : AbortSignal.any([signal, limit]) });
  } catch (error) {
    if (!limit.aborted || signal?.aborted) throw error;
    throw new PublishError("HOST_UNREACHABLE", `The host has not answered within ${answerMs / 1000} s.`, { action: "retry" }, {}, error);
  }
}
