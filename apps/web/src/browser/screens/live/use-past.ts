import type { Job } from "@datasette-publish/workbench/protocol";
import { useEffect, useState } from "preact/hooks";
import { followJob } from "../../events.ts";
import { addEvent, noProgress, type Progress } from "../../progress.ts";

/** What the events of a job that has ended said; nothing until they have come, and for none. */
export function usePast(job: Job | undefined): Progress {
  const [past, setPast] = useState(noProgress);
  const id = job === undefined || job.state === "running" ? null : job.id;
  useEffect(() => {
    setPast(noProgress);
    if (id === null) return undefined;
    const leave = new AbortController();
    let progress = noProgress;
    const on = { event: (event: Parameters<typeof addEvent>[1]) => void (progress = addEvent(progress, event)) };
    followJob(id, on, leave.signal).then(
      () => setPast(progress),
      () => {},
    );
    return () => leave.abort();
  }, [id]);
  return past;
}
