import { useState } from "preact/hooks";
import type { Routes } from "../../routes.ts";
import { call, problemOf, type Problem } from "../api.ts";
import { words } from "../words/en.ts";
import { ProblemBox } from "./problem.tsx";

interface DownloadButtonProps {
  readonly of: Routes["POST /api/downloads"]["body"];
  readonly label: string;
}

/** Downloads a site or an image file: the browser fetches it by an address that works once. */
export function DownloadButton({ of, label }: DownloadButtonProps) {
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const download = async (): Promise<void> => {
    if (isAsking) return;
    setAsking(true);
    setProblem(null);
    try {
      const { url } = await call("POST /api/downloads", { body: of });
      location.assign(url);
    } catch (error) {
      setProblem(problemOf(error));
    }
    setAsking(false);
  };
  return (
    <>
      <button type="button" class="button" aria-disabled={isAsking} onClick={() => void download()}>
        {isAsking ? words.app.downloading : label}
      </button>
      {problem && <ProblemBox problem={problem} />}
    </>
  );
}
