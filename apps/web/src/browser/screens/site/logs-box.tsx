import { useState } from "preact/hooks";
import { call, problemOf, type Problem } from "../../api.ts";
import { ProblemBox } from "../../parts/problem.tsx";
import { words } from "../../words/en.ts";

const says = words.site.logs;

/** What the site's server wrote last; asked for when it is opened. */
export function LogsBox({ site }: { readonly site: string }) {
  const [lines, setLines] = useState<readonly string[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const ask = async (): Promise<void> => {
    setLines(null);
    setProblem(null);
    try {
      setLines(await call("GET /api/sites/:site/logs", { params: { site } }));
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <details class="logs" onToggle={({ currentTarget }) => void (currentTarget.open && ask())}>
      <summary>{says.heading}</summary>
      {problem && <ProblemBox problem={problem} mending={{ retry: () => void ask() }} />}
      {lines === null && problem === null && <p role="status">{says.asking}</p>}
      {lines?.length === 0 && <p>{says.none}</p>}
      {lines !== null && lines.length > 0 && (
        <pre role="region" aria-label={says.label} tabIndex={0}>
          {lines.join("\n")}
        </pre>
      )}
      {lines !== null && (
        <button type="button" class="button small" onClick={() => void ask()}>
          {says.again}
        </button>
      )}
    </details>
  );
}
