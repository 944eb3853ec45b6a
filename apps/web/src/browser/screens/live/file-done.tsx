import type { PublishResult } from "@datasette-publish/workbench/protocol";
import { CopyLine } from "../../parts/copy-line.tsx";
import { DownloadButton } from "../../parts/download-button.tsx";
import { words } from "../../words/en.ts";
import { runSteps } from "./run-steps.ts";

const says = words.live.file;

/** A file for the user's own server: where it is, and how it is run. `version` is the publish that made it. */
export function FileDone({ result, version }: { readonly result: PublishResult; readonly version: string }) {
  const { file, sizeBytes, load, run } = runSteps(result);
  return (
    <>
      <section class="card" aria-labelledby="file-heading">
        <h2 id="file-heading">{file}</h2>
        <p>
          {says.intro} {sizeBytes !== null && says.size(sizeBytes)}
        </p>
        <DownloadButton of={{ image: version }} label={says.download} />
      </section>
      <section aria-labelledby="run-heading">
        <h2 id="run-heading">{says.how}</h2>
        <ol>
          <li>{says.steps.copy}</li>
          {load !== null && (
            <li>
              <CopyLine label={says.steps.load} copy={says.steps.copyLoad} text={load} />
            </li>
          )}
          {run !== null && (
            <li>
              <CopyLine label={says.steps.start} copy={says.steps.copyStart} text={run} />
            </li>
          )}
          <li>{says.steps.open}</li>
        </ol>
        <p class="hint">{says.giveOn}</p>
      </section>
    </>
  );
}
