import type { PlaceCard, Verb } from "@datasette-publish/workbench/protocol";
import type { SiteView } from "../../../routes.ts";
import { useSite, type KnownSite } from "../../draft/use-site.ts";
import { Link } from "../../parts/link.tsx";
import { ProblemBox } from "../../parts/problem.tsx";
import { Shell, type Audience } from "../../parts/shell.tsx";
import { words } from "../../words/en.ts";
import { placeName } from "../publish/place-words.ts";
import { usePlaces } from "../publish/use-places.ts";
import { isAskable } from "../sites/site-state.ts";
import { JobBox } from "./job-box.tsx";
import { KeepBox } from "./keep-box.tsx";
import { LogsBox } from "./logs-box.tsx";
import { RemoveBox } from "./remove-box.tsx";
import { StatusBox } from "./status-box.tsx";
import { UpdateBox } from "./update-box.tsx";
import { useSiteJob } from "./use-site-job.ts";
import { useStatus } from "./use-status.ts";
import { VersionsBox } from "./versions-box.tsx";

const says = words.site;

/** A site after it was published: how it is, its update, its versions, a copy of it, and its removal. */
export function SiteScreen({ site: id }: { readonly site: string }) {
  const site = useSite(id);
  if (site.view !== null) return <OneSite site={site} view={site.view} />;
  return (
    <Shell heading={site.problem ? words.app.problems : says.loading} name={says.loading}>
      {site.problem && (
        <>
          <ProblemBox problem={site.problem} {...(site.problem.code === "INPUT_NOT_FOUND" && { title: says.gone })} />
          <Link to="/">{words.app.toSites}</Link>
        </>
      )}
    </Shell>
  );
}

/** What the boxes of a site share. */
export interface SiteBox {
  readonly view: SiteView;
  /** What its place is called. */
  readonly place: string;
  /** What can be done to it there. */
  readonly verbs: readonly Verb[];
  /** It has no host that could be asked. */
  readonly isFile: boolean;
}

function OneSite({ site, view }: { readonly site: KnownSite; readonly view: SiteView }) {
  const { title, versions, removedMs } = view.site;
  const [version] = versions;
  const { cards } = usePlaces();
  const card = cardOf(cards, version);
  const job = useSiteJob(site);
  const asked = useStatus(view.site.id, isAskable(view) && job.running === null, `${version?.id} ${view.jobs.map(({ id }) => id).join()}`);
  const box: SiteBox = {
    view,
    place: placeName(version?.place?.card, cards ?? [], version?.provider),
    verbs: removedMs === null ? (card?.verbs ?? []) : [],
    isFile: version?.place?.card === "docker-file",
  };
  const isPublic = card?.isPublic ?? version?.provider !== "docker";
  const url = removedMs === null ? (version?.url ?? null) : null;
  const audience: Audience = url === null ? "only-you" : isPublic ? { publicAt: url } : { told: says.audience };
  return (
    <Shell heading={title} name={title} audience={audience}>
      <StatusBox {...box} asked={asked} isPublic={isPublic} />
      <JobBox view={view} isPublic={isPublic} running={job.running} onStop={job.stop} onAsk={asked.ask} />
      <UpdateBox view={view} />
      {removedMs === null && !box.isFile && <VersionsBox {...box} asked={asked} isBusy={job.running !== null} follow={job.follow} />}
      <KeepBox {...box} />
      {box.verbs.includes("logs") && <LogsBox site={view.site.id} />}
      <RemoveBox {...box} isPublic={isPublic} isBusy={job.running !== null} follow={job.follow} />
    </Shell>
  );
}

/** The card of the place where a version lives; of its provider where no card stands for that. */
function cardOf(cards: readonly PlaceCard[] | null, version: SiteView["site"]["versions"][number] | undefined): PlaceCard | undefined {
  return cards?.find(({ id }) => id === version?.place?.card) ?? cards?.find(({ provider }) => provider === version?.provider);
}
