import type { Job, PublishResult } from "@datasette-publish/workbench/protocol";
import type { OpenDraft } from "../../draft/use-draft.ts";
import { useSite } from "../../draft/use-site.ts";
import { Link } from "../../parts/link.tsx";
import { Shell, type Audience } from "../../parts/shell.tsx";
import { stepPath } from "../../router.ts";
import { words } from "../../words/en.ts";
import { placeName } from "../publish/place-words.ts";
import { usePlaces } from "../publish/use-places.ts";
import { Done } from "./done.tsx";
import { Ended } from "./ended.tsx";
import { Running } from "./running.tsx";
import { usePast } from "./use-past.ts";

const says = words.live;

/** How a publish goes, and what came of it. */
export function LiveScreen({ draft }: { readonly draft: OpenDraft }) {
  const { view } = draft;
  const job = view.jobs.find(({ kind }) => kind === "publish");
  const places = usePlaces();
  const site = useSite(job?.site ?? view.draft.site);
  const { place } = view.draft;
  const name = placeName(place?.card, places.cards ?? []);
  const result = job?.state === "done" ? (job.result as PublishResult | null) : null;
  const heading = headingOf(job, result, place?.card);
  const title = view.report?.title ?? view.draft.about.title ?? view.siteTitle ?? result?.site ?? null;
  const url = result?.deployment?.url ?? null;
  const isPublic = places.cards?.find(({ id }) => id === place?.card)?.isPublic ?? result?.deployment?.provider !== "docker";
  const past = usePast(job);
  const isLeft = past.warnings.some(({ code }) => code === "LEFT_AT_HOST");
  const audience = isPublic ? audienceOf(job?.state, url, isLeft) : url === null ? null : { told: says.audience.here };
  // A draft that has become a site is an update of it no more, nor is the first publish of one.
  const isUpdate = result === null && (site.view?.site.versions.length ?? 0) > 0;
  return (
    <Shell
      heading={heading}
      name={heading}
      step="live"
      view={isUpdate ? view : { ...view, siteTitle: null }}
      site={title}
      {...(audience && { audience })}
    >
      {job === undefined && <Nothing draft={draft.id} />}
      {job?.state === "running" && <Running draft={draft} place={name} />}
      {job && result && (
        <Done draft={draft} job={job} past={past} result={result} isPublic={isPublic} title={title ?? ""} site={site.view} />
      )}
      {job && job.state !== "running" && result === null && <Ended draft={draft} job={job} past={past} place={name} site={site.view} />}
    </Shell>
  );
}

/** While a site is published nobody knows when others see it first; nor do they when that was cut off. Null: as before. */
function audienceOf(state: Job["state"] | undefined, url: string | null, isLeft: boolean): Audience | null {
  if (state === "running") return { told: says.audience.soon };
  if (state === "done") return url === null ? null : { publicAt: url };
  return state === "interrupted" || isLeft ? { told: says.audience.perhaps } : null;
}

function headingOf(job: Job | undefined, result: PublishResult | null, card: string | undefined): string {
  if (job === undefined) return says.titles.none;
  if (result === null || job.state !== "done") return says.titles[job.state];
  if (card === "docker-file") return says.titles.file;
  return card === "docker-run" ? says.titles.here : says.titles.done;
}

function Nothing({ draft }: { readonly draft: string }) {
  return (
    <>
      <p>{says.none}</p>
      <p>
        <Link to={stepPath(draft, "publish")} class="button">
          {says.toPublish}
        </Link>
      </p>
    </>
  );
}
