import { useState } from "preact/hooks";
import { call, problemOf, type Problem } from "../../api.ts";
import type { Pick } from "../../files/picked.ts";
import { addFiles } from "../../files/uploads.ts";
import { DropZone } from "../../parts/drop-zone.tsx";
import { Icon } from "../../parts/icon.tsx";
import { ProblemBox } from "../../parts/problem.tsx";
import { Shell } from "../../parts/shell.tsx";
import { go, stepPath } from "../../router.ts";
import { words } from "../../words/en.ts";

/** Files of a site that is not there yet: the draft is made with the first file. */
export function NewScreen() {
  const [problem, setProblem] = useState<Problem | null>(null);
  const onFiles = async ({ picked }: Pick): Promise<void> => {
    if (picked.length === 0) return;
    try {
      const { id } = await call("POST /api/drafts", { body: {} });
      addFiles(id, picked);
      go(stepPath(id, "files"), { replace: true });
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <Shell heading={words.files.title} name={words.app.steps.files} step="files">
      <p class="lead">{words.files.lead}</p>
      <DropZone onFiles={(pick) => void onFiles(pick)} />
      {problem !== null && <ProblemBox problem={problem} />}
      <p class="promise">
        <Icon name="lock" /> {words.files.promise}
      </p>
    </Shell>
  );
}
