import type { Workbench } from "@datasette-publish/workbench";
import type { Draft, Job, Site } from "@datasette-publish/workbench/protocol";
import type { DraftView, SiteView, Start } from "../routes.ts";
import type { Downloads } from "./downloads.ts";
import { found } from "./refusal.ts";
import type { Handlers } from "./route.ts";

/** What the routes are answered from. */
export interface Served {
  readonly workbench: Workbench;
  readonly downloads: Downloads;
  readonly start: Start;
  /** Who decides what may be public: the name of this machine's user. */
  readonly user: string;
  /** Of the page, which frames the preview. */
  readonly origin: string;
}

/** Each route as a call of the workbench. */
export function makeHandlers({ workbench, downloads, start, user, origin }: Served): Handlers {
  const { drafts, files, sites, jobs } = workbench;
  const draftOf = (params: { readonly draft: string }): Draft => found(drafts.get(params.draft), "draft");
  const siteOf = (params: { readonly site: string }): Site => found(sites.get(params.site), "site");
  const jobOf = (params: { readonly job: string }): Job => found(jobs.get(params.job), "job");
  /** Changes a draft that is there, and gives it as it is then. */
  const changed = async (params: { readonly draft: string }, change: (id: string) => unknown): Promise<Draft> => {
    await change(draftOf(params).id);
    return draftOf(params);
  };
  const view = (site: Site) => viewOfSite(workbench, site);
  return {
    "GET /api/start": () => start,
    "GET /api/drafts": () => drafts.list(),
    "POST /api/drafts": ({ body: { site } }) => workbench.createDraft(site === undefined ? {} : { site: siteOf({ site }).id }),
    "GET /api/drafts/:draft": ({ params }) => viewOfDraft(workbench, draftOf(params)),
    "DELETE /api/drafts/:draft": ({ params }) => workbench.removeDraft(draftOf(params).id).then(() => null),
    "DELETE /api/drafts/:draft/files/:file": ({ params }) => changed(params, (id) => files.remove(id, params.file)),
    "PUT /api/drafts/:draft/choices": ({ params, body }) => changed(params, (id) => drafts.setChoices(id, body)),
    "PUT /api/drafts/:draft/about": ({ params, body }) => changed(params, (id) => drafts.setAbout(id, body)),
    "PUT /api/drafts/:draft/place": ({ params, body }) => changed(params, (id) => workbench.setPlace(id, body)),
    "PUT /api/drafts/:draft/decisions": ({ params, body: { decision, ...finding } }) =>
      changed(params, (id) => workbench.decide(id, finding, decision, user)),
    "GET /api/drafts/:draft/rows": ({ params, query: { limit, ...of } }) =>
      workbench.rows(draftOf(params).id, { ...of, limit: Number(limit) }),
    "GET /api/drafts/:draft/encodings": ({ params, query: { file, first } }) =>
      workbench.encodings(draftOf(params).id, file, first.split(",").filter(Boolean)),
    "POST /api/drafts/:draft/prepare": ({ params }) => workbench.prepare(draftOf(params).id),
    "POST /api/drafts/:draft/preview": ({ params }) => workbench.preview(draftOf(params).id, origin),
    "POST /api/drafts/:draft/plan": ({ params }) => workbench.plan(draftOf(params).id),
    "POST /api/drafts/:draft/compare": ({ params }) => workbench.compare(draftOf(params).id),
    "POST /api/drafts/:draft/publish": ({ params, body }) => workbench.publish(draftOf(params).id, body.digest),
    "GET /api/jobs/:job": ({ params }) => jobOf(params),
    "DELETE /api/jobs/:job": async ({ params }) => {
      jobs.stop(jobOf(params).id);
      return found(await jobs.ended(params.job), "job");
    },
    "GET /api/places": () => workbench.places(),
    "GET /api/places/:place/choices/:option": ({ params, signal }) => workbench.placeChoices(params.place, params.option, signal),
    "PUT /api/places/:place/key": ({ params, body, signal }) => workbench.keepKey(params.place, body.key, signal),
    "DELETE /api/places/:place/key": ({ params }) => workbench.forgetKey(params.place),
    "GET /api/sites": () => sites.list().map(view),
    "GET /api/sites/:site": ({ params }) => view(siteOf(params)),
    "GET /api/sites/:site/status": ({ params, signal }) => workbench.status(siteOf(params).id, signal),
    "GET /api/sites/:site/logs": ({ params, signal }) => workbench.logs(siteOf(params).id, signal),
    "POST /api/sites/:site/rollback": ({ params, body }) => workbench.rollback(siteOf(params).id, body.release),
    "POST /api/sites/:site/remove": ({ params, body }) => workbench.remove(siteOf(params).id, body.title),
    "DELETE /api/sites/:site": ({ params }) => workbench.forget(siteOf(params).id).then(() => null),
    "POST /api/downloads": ({ body }) => downloads.offer(body),
    "GET /api/health": () => ({ ok: true }),
  };
}

async function viewOfDraft(workbench: Workbench, draft: Draft): Promise<DraftView> {
  return {
    // Of files that are arriving, the store knows that alone.
    draft: { ...draft, files: await workbench.files.list(draft.id) },
    report: workbench.report(draft.id) ?? null,
    preview: workbench.openPreview(draft.id) ?? null,
    jobs: workbench.newestJobs({ draft: draft.id }),
    siteTitle: draft.site === null ? null : (workbench.sites.get(draft.site)?.title ?? null),
  };
}

function viewOfSite(workbench: Workbench, site: Site): SiteView {
  const { id } = site;
  return { site, jobs: workbench.newestJobs({ site: id }), draft: workbench.draftOf(id), isKept: workbench.isKept(id) };
}
