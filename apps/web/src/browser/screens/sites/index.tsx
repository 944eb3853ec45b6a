import { useEffect } from "preact/hooks";
import { Link } from "../../parts/link.tsx";
import { ProblemBox } from "../../parts/problem.tsx";
import { Shell, type Audience } from "../../parts/shell.tsx";
import { go } from "../../router.ts";
import { words } from "../../words/en.ts";
import { DraftRow } from "./draft-row.tsx";
import { SiteRow } from "./site-row.tsx";
import { useSites } from "./use-sites.ts";

const says = words.sites;

/** The sites, and those in the making. Who has none begins with files at once. */
export function SitesScreen() {
  const { sites, drafts, answers, problem, reload } = useSites();
  const isEmpty = sites?.length === 0 && drafts.length === 0 && problem === null;
  useEffect(() => {
    if (isEmpty) go("/new", { replace: true });
  }, [isEmpty]);
  const audience: Audience = { told: says.audience };
  const hasPublic = sites?.some(({ site }) => site.removedMs === null && site.versions[0]?.url != null) === true;
  return (
    <Shell heading={says.title} name={says.title} {...(hasPublic && { audience })}>
      <p class="lead">{says.intro}</p>
      <p>
        <Link to="/new" class="button main">
          {says.create}
        </Link>
      </p>
      {problem && <ProblemBox problem={problem} mending={{ retry: () => void reload() }} />}
      {sites === null && problem === null && <p role="status">{says.loading}</p>}
      {sites !== null && sites.length > 0 && (
        <section aria-labelledby="sites-heading">
          <h2 id="sites-heading">{says.list}</h2>
          <ul class="sites">
            {sites.map((view) => (
              <SiteRow key={view.site.id} view={view} answer={answers.get(view.site.id) ?? null} />
            ))}
          </ul>
        </section>
      )}
      {drafts.length > 0 && (
        <section aria-labelledby="drafts-heading">
          <h2 id="drafts-heading">{says.drafts}</h2>
          <ul class="sites">
            {drafts.map((draft) => (
              <DraftRow key={draft.id} draft={draft} onGone={reload} />
            ))}
          </ul>
        </section>
      )}
    </Shell>
  );
}
