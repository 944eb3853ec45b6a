import type { HostAnswer, SiteView } from "../../../routes.ts";
import { Icon, type IconName } from "../../parts/icon.tsx";
import { Link } from "../../parts/link.tsx";
import { sitePath, stepPath } from "../../router.ts";
import { words } from "../../words/en.ts";
import { formatMoment } from "../../words/format.ts";
import { isAskable, lastChange, siteState, type SiteState } from "./site-state.ts";

const says = words.sites;

const icons: Readonly<Record<SiteState, IconName>> = {
  publishing: "upload",
  removing: "cross",
  goingBack: "arrow",
  interrupted: "warning",
  failed: "warning",
  removed: "lock",
  file: "file",
  here: "lock",
  live: "globe",
  silent: "warning",
  unasked: "warning",
};

/** A site: how it is, where it is, when it was published, and what there is to do. `answer` null: its host has not said yet. */
export function SiteRow({ view, answer }: { readonly view: SiteView; readonly answer: HostAnswer | null }) {
  const { site, draft, jobs } = view;
  const [version] = site.versions;
  const state = siteState(view, answer);
  const isGone = state === "removed";
  const published = lastChange(jobs);
  const toLive = published?.kind === "publish" && published.draft !== null && ["publishing", "interrupted", "failed"].includes(state);
  return (
    <li class="site-row card">
      <div>
        <h3>
          <Link to={sitePath(site.id)}>{site.title}</Link>
        </h3>
        <p class={`site-state site-${state}`}>
          <Icon name={icons[state]} /> {says.states[state]} {answer === null && isAskable(view) && <span class="muted">{says.asking}</span>}
        </p>
        {version?.url && !isGone && (
          <p>
            <a href={version.url} target="_blank" rel="noreferrer">
              {version.url}
              <span class="hidden"> {words.app.newTab}</span>
            </a>
          </p>
        )}
        {version && <p class="hint">{says.published(formatMoment(version.publishedMs))}</p>}
        {draft !== null && <p class="hint">{says.hasUpdate}</p>}
      </div>
      <div class="site-buttons">
        {toLive && published.draft !== null && (
          <Link to={stepPath(published.draft, "live")} class="button small">
            {state === "publishing" ? says.watch : says.why}
            <span class="hidden">: {site.title}</span>
          </Link>
        )}
        {draft !== null && state !== "publishing" && (
          <Link to={stepPath(draft, "files")} class="button small">
            {says.update}
            <span class="hidden">: {site.title}</span>
          </Link>
        )}
        <Link to={sitePath(site.id)} class="button small">
          {says.look}
          <span class="hidden">: {site.title}</span>
        </Link>
      </div>
    </li>
  );
}
