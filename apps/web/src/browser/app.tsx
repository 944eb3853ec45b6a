import { useEffect, useState } from "preact/hooks";
import { call, problemOf, type Problem } from "./api.ts";
import { useDraft } from "./draft/use-draft.ts";
import { Link } from "./parts/link.tsx";
import { ProblemBox } from "./parts/problem.tsx";
import { Shell } from "./parts/shell.tsx";
import { parsePath, usePath, type Step, type View } from "./router.ts";
import { AboutScreen } from "./screens/about/index.tsx";
import { CheckScreen } from "./screens/check/index.tsx";
import { FilesScreen } from "./screens/files/index.tsx";
import { LiveScreen } from "./screens/live/index.tsx";
import { NewScreen } from "./screens/files/new.tsx";
import { PublishScreen } from "./screens/publish/index.tsx";
import { SiteScreen } from "./screens/site/index.tsx";
import { SitesScreen } from "./screens/sites/index.tsx";
import { words } from "./words/en.ts";

/** The page: what its address says. */
export function App() {
  const view = parsePath(usePath());
  const { isReady, problem } = useStart();
  if (problem !== null) return <Failed problem={problem} />;
  return isReady ? <Screen view={view} /> : null;
}

/** Asks the server whether it knows this page, before a screen asks for more. */
function useStart(): { readonly isReady: boolean; readonly problem: Problem | null } {
  const [isReady, setReady] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    call("GET /api/start", {}).then(
      () => setReady(true),
      (error: unknown) => setProblem(problemOf(error)),
    );
  }, []);
  return { isReady, problem };
}

function Screen({ view }: { readonly view: View }) {
  switch (view.screen) {
    case "sites":
      return <SitesScreen />;
    case "new":
      return <NewScreen />;
    case "site":
      return <SiteScreen key={view.site} site={view.site} />;
    case "lost":
      return <Lost />;
    default:
      return <DraftScreen key={view.draft} id={view.draft} step={view.screen} />;
  }
}

const screens = { files: FilesScreen, check: CheckScreen, about: AboutScreen, publish: PublishScreen, live: LiveScreen };

/** The steps of one draft: from one to the next nothing is loaded anew. */
function DraftScreen({ id, step }: { readonly id: string; readonly step: Step }) {
  const { draft, problem } = useDraft(id);
  const Step = screens[step];
  if (draft !== null)
    return (
      <>
        {problem !== null && (
          <aside class="lost-server" aria-label={words.app.problems}>
            <ProblemBox problem={problem} mending={{ retry: () => void draft.reload() }} />
          </aside>
        )}
        <Step key={step} draft={draft} />
      </>
    );
  return problem === null ? <Loading step={step} /> : <Failed problem={problem} />;
}

function Loading({ step }: { readonly step: Step }) {
  return (
    <Shell heading={words.app.steps[step]} name={words.app.steps[step]} step={step}>
      <p role="status">{words.app.loading}</p>
    </Shell>
  );
}

function Failed({ problem }: { readonly problem: Problem }) {
  return (
    <Shell heading={words.app.problems} name={words.app.problems}>
      <ProblemBox problem={problem} mending={{ retry: () => location.reload() }} />
    </Shell>
  );
}

function Lost() {
  return (
    <Shell heading={words.app.lost.title} name={words.app.lost.title}>
      <p>{words.app.lost.text}</p>
      <p>
        <Link to="/">{words.app.lost.action}</Link>
      </p>
    </Shell>
  );
}
