import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { problemOf, type Problem } from "../api.ts";

/** How long after the last change it is sent, in milliseconds. */
const pauseMs = 500;

/** Something that is filled in, and kept by the server as it is typed. */
export interface Kept<Value> {
  readonly value: Value;
  readonly change: (value: Value) => void;
  /** Sends what is not kept yet. True: all is. */
  readonly flush: () => Promise<boolean>;
  readonly isKept: boolean;
  readonly problem: Problem | null;
}

/** Keeps what is filled in: a moment after each change, and when the screen or the window is left. */
export function useKept<Value>(initial: Value, put: (value: Value) => Promise<void>): Kept<Value> {
  const [value, setValue] = useState(initial);
  const [isKept, setKept] = useState(true);
  const [problem, setProblem] = useState<Problem | null>(null);
  const now = useRef({ value: initial, isKept: true, timer: 0, sending: Promise.resolve() });
  const latest = useRef(put);
  latest.current = put;

  const flush = useCallback(async (): Promise<boolean> => {
    const { current } = now;
    clearTimeout(current.timer);
    current.sending = current.sending.then(async () => {
      if (current.isKept) return;
      current.isKept = true;
      try {
        await latest.current(current.value);
        setProblem(null);
        setKept(current.isKept);
      } catch (error) {
        current.isKept = false;
        setProblem(problemOf(error));
      }
    });
    await current.sending;
    return current.isKept;
  }, []);

  const change = useCallback((next: Value): void => {
    const { current } = now;
    Object.assign(current, { value: next, isKept: false });
    setValue(() => next);
    setKept(false);
    clearTimeout(current.timer);
    current.timer = window.setTimeout(() => void flush(), pauseMs);
  }, []);

  useEffect(() => {
    const leave = (): void => void flush();
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("pagehide", leave);
      leave();
    };
  }, []);
  return { value, change, flush, isKept, problem };
}
