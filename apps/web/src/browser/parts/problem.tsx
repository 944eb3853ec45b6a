import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Problem } from "../api.ts";
import { errorWords } from "../words/errors.ts";
import { Notice } from "./notice.tsx";
import { Remedies, type Mending } from "./remedies.tsx";

interface ProblemBoxProps {
  readonly problem: Problem;
  readonly mending?: Mending;
  /** In the place of the error's own first sentence. */
  readonly title?: string;
  /** It appears in answer to what the user did elsewhere on the screen: it is gone to. */
  readonly takesFocus?: boolean;
  /** More buttons. */
  readonly children?: ComponentChildren;
}

/** Why something did not work, and what to do about it. Read out when it appears. */
export function ProblemBox({ problem, mending = {}, title, takesFocus = false, children }: ProblemBoxProps) {
  const own = errorWords(problem);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takesFocus) box.current?.focus();
  }, [takesFocus, problem.message]);
  return (
    <div role="alert" tabIndex={-1} ref={box} class="problem">
      <Notice kind="bad" title={title ?? own?.title ?? problem.message}>
        {own !== null && <p>{own.text}</p>}
        {own === null && title !== undefined && <p>{problem.message}</p>}
        {own === null && <Remedies remedies={problem.remedies} mending={mending} />}
        {own !== null && mending.retry && <Remedies remedies={[{ action: "retry" }]} mending={mending} />}
        {children}
      </Notice>
    </div>
  );
}
