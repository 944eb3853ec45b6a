import type { JobEvent, Warning } from "@datasette-publish/workbench/protocol";

/** A step of a job: how far it is, and how it ended. */
export interface StepProgress {
  readonly step: number;
  readonly id: string;
  /** In the words of the command line, for a step that the page has no words for. */
  readonly title: string;
  readonly done: number;
  /** Null: nobody knows. */
  readonly total: number | null;
  readonly unit: "bytes" | "rows";
  readonly outcome: "done" | "cached" | "unchanged" | "failed" | "cancelled" | null;
}

/** What a job's events say so far. */
export interface Progress {
  readonly steps: readonly StepProgress[];
  readonly warnings: readonly Warning[];
  /** What others' programs said, the last lines. */
  readonly output: readonly string[];
  /** Why the last attempt failed, while the next one is waited for. */
  readonly retrying: string | null;
}

export const noProgress: Progress = { steps: [], warnings: [], output: [], retrying: null };

/** Lines of output that are kept. */
const mostLines = 200;

/** What is known once an event has come. */
export function addEvent(progress: Progress, { event }: JobEvent): Progress {
  switch (event.type) {
    case "step.started": {
      const { step, id, title } = event;
      const begun: StepProgress = { step, id, title, done: 0, total: null, unit: "bytes", outcome: null };
      return { ...progress, retrying: null, steps: [...progress.steps, begun] };
    }
    case "step.progressed": {
      const { done, total, unit } = event;
      return { ...progress, retrying: null, steps: changeStep(progress, event.step, { done, total, unit }) };
    }
    case "step.ended":
      return { ...progress, retrying: null, steps: changeStep(progress, event.step, { outcome: event.outcome }) };
    case "warned": {
      const { type: _type, ...warning } = event;
      return { ...progress, warnings: [...progress.warnings, warning] };
    }
    case "output":
      return { ...progress, output: [...progress.output, event.text].slice(-mostLines) };
    default:
      return { ...progress, retrying: event.reason };
  }
}

function changeStep({ steps }: Progress, step: number, change: Partial<StepProgress>): readonly StepProgress[] {
  const at = steps.findLastIndex((one) => one.step === step);
  return steps.map((one, index) => (index === at ? { ...one, ...change } : one));
}

/** What is being done now: the last step that has not ended. */
export function currentStep({ steps }: Progress): StepProgress | undefined {
  return steps.findLast(({ outcome }) => outcome === null);
}
