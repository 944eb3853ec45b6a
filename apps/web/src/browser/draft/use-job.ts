import type { Job } from "@datasette-publish/workbench/protocol";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { call } from "../api.ts";
import { followJob } from "../events.ts";
import { addEvent, noProgress, type Progress } from "../progress.ts";

/** A job and how far it is. */
export interface RunningJob {
  readonly job: Job;
  readonly progress: Progress;
  /** The server does not answer now. */
  readonly isLost: boolean;
  readonly isStopping: boolean;
}

/** How often what came of events is drawn, in milliseconds. */
const drawMs = 100;

/** Follows one job after the other. `onEnd` runs before a job is told to have ended. */
export function useJob(onEnd: () => Promise<void>): {
  readonly running: RunningJob | null;
  readonly follow: (job: Job) => Promise<Job>;
  readonly stop: () => Promise<void>;
} {
  const [running, setRunning] = useState<RunningJob | null>(null);
  const now = useRef<{ readonly id: string; readonly ended: Promise<Job> } | null>(null);
  const leave = useRef(new AbortController());
  useEffect(() => {
    leave.current = new AbortController();
    return () => leave.current.abort();
  }, []);

  const follow = useCallback(
    (job: Job): Promise<Job> => {
      if (now.current?.id === job.id) return now.current.ended;
      const ended = watch(job, setRunning, leave.current.signal).finally(async () => {
        await onEnd();
        if (now.current?.id !== job.id) return;
        now.current = null;
        setRunning(null);
      });
      now.current = { id: job.id, ended };
      return ended;
    },
    [onEnd],
  );

  const stop = useCallback(async () => {
    const { current } = now;
    if (current === null) return;
    setRunning((of) => of && { ...of, isStopping: true });
    await call("DELETE /api/jobs/:job", { params: { job: current.id } });
    await current.ended;
  }, []);
  return { running, follow, stop };
}

/** Draws a job's progress, not with each event but some times a second. */
async function watch(job: Job, draw: (change: (of: RunningJob | null) => RunningJob | null) => void, signal: AbortSignal): Promise<Job> {
  let progress = noProgress;
  let isLost = false;
  let timer = 0;
  const show = (): void => {
    timer = 0;
    draw((of) => (of?.job.id === job.id ? { ...of, progress, isLost } : of));
  };
  const later = (): void => {
    timer ||= window.setTimeout(show, drawMs);
  };
  draw(() => ({ job, progress, isLost, isStopping: false }));
  try {
    return await followJob(
      job.id,
      {
        event: (event) => {
          progress = addEvent(progress, event);
          later();
        },
        lost: (lost) => {
          if (lost !== isLost) later();
          isLost = lost;
        },
      },
      signal,
    );
  } finally {
    clearTimeout(timer);
  }
}
