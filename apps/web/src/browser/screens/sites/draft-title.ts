import type { Draft } from "@datasette-publish/workbench/protocol";
import type { Step } from "../../router.ts";

/** What a draft is called as long as it has no title: after its folder, or its first file. Null: it has none. */
export function draftTitle({ about, folder, files }: Pick<Draft, "about" | "folder" | "files">): string | null {
  const title = about.title?.trim() ?? "";
  if (title !== "") return title;
  return folder?.split(/[/\\]/).findLast((part) => part !== "") ?? files[0]?.name ?? null;
}

/** Where somebody goes on who has left it. */
export function nextStep({ state, files }: Pick<Draft, "state" | "files">): Step {
  if (state === "publishing" || state === "live") return "live";
  if (state === "previewed") return "about";
  return state === "prepared" || (files.length > 0 && files.every(({ finding }) => finding.state === "ok")) ? "check" : "files";
}
